namespace Lava.Server.Simulation.Answers;

/// <summary>The model lists: any model name is served, these are examples.</summary>
internal static class ModelLists
{
    public static ReadOnlySpan<byte> OpenAi =>
        "{\"object\":\"list\",\"data\":["u8
        + "{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1715367049,\"owned_by\":\"system\"},"u8
        + "{\"id\":\"gpt-4o-mini\",\"object\":\"model\",\"created\":1721172741,\"owned_by\":\"system\"},"u8
        + "{\"id\":\"text-embedding-3-small\",\"object\":\"model\",\"created\":1705948997,\"owned_by\":\"system\"}]}"u8;

    public static ReadOnlySpan<byte> Gemini =>
        "{\"models\": [{\"name\": \"models/gemini-2.5-flash\",\"version\": \"001\",\"displayName\": \"Gemini 2.5 Flash\","u8
        + "\"inputTokenLimit\": 1048576,\"outputTokenLimit\": 65536,"u8
        + "\"supportedGenerationMethods\": [\"generateContent\",\"countTokens\"]}]}"u8;
}
