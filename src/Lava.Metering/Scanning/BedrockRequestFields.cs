namespace Lava.Metering.Scanning;

/// <summary>
/// The fields of Bedrock's requests that set the most output tokens: converse has one of its own, and each vendor's body for invoke
/// another. Which vendor's it is, an ARN does not tell: all are looked for.
/// </summary>
internal static class BedrockRequestFields
{
    /// <summary>A member of a converse request.</summary>
    public static RequestField FindInConverse(ReadOnlySpan<byte> key) => key.Length switch
    {
        15 when key.SequenceEqual("inferenceConfig"u8) => RequestField.InferenceConfig,
        28 when key.SequenceEqual("additionalModelRequestFields"u8) => RequestField.ModelFields,
        _ => RequestField.None,
    };

    /// <summary>A member of an invoke request.</summary>
    public static RequestField FindInInvoke(ReadOnlySpan<byte> key) => key.Length switch
    {
        9 when key.SequenceEqual("maxTokens"u8) => RequestField.MaxTokensCamel,
        10 when key.SequenceEqual("max_tokens"u8) => RequestField.MaxTokens,
        11 when key.SequenceEqual("max_gen_len"u8) => RequestField.MaxGenerationLength,
        15 when key.SequenceEqual("inferenceConfig"u8) => RequestField.InferenceConfig,
        20 when key.SequenceEqual("max_tokens_to_sample"u8) => RequestField.MaxOutputTokens,
        20 when key.SequenceEqual("textGenerationConfig"u8) => RequestField.TextConfig,
        21 when key.SequenceEqual("max_completion_tokens"u8) => RequestField.MaxCompletionTokens,
        _ => RequestField.None,
    };

    /// <summary>A member of one of these objects.</summary>
    public static RequestField Find(RequestField parent, ReadOnlySpan<byte> key) => parent switch
    {
        RequestField.InferenceConfig when key.SequenceEqual("maxTokens"u8) || key.SequenceEqual("max_new_tokens"u8) =>
            RequestField.InferenceMaxTokens,
        RequestField.ModelFields when key.SequenceEqual("max_tokens"u8) => RequestField.ModelMaxTokens,
        RequestField.TextConfig when key.SequenceEqual("maxTokenCount"u8) => RequestField.TextMaxTokens,
        _ => RequestField.None,
    };
}
