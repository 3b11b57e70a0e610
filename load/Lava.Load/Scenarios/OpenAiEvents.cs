namespace Lava.Load.Scenarios;

/// <summary>Tells the events of a streamed chat completion apart.</summary>
internal static class OpenAiEvents
{
    public static OpenAiEventKind Kind(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return OpenAiEventKind.Done;
        }

        // The opening names an empty content, behind the role.
        var content = "\"content\":\""u8;
        var at = data.IndexOf(content);
        return at >= 0 && at + content.Length < data.Length && data[at + content.Length] != '"'
            ? OpenAiEventKind.Content
            : OpenAiEventKind.Other;
    }
}
