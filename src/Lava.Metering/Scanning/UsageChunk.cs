namespace Lava.Metering.Scanning;

/// <summary>What include_usage made of one chunk of an OpenAI chat stream; only the chunk's top level is looked at.</summary>
/// <param name="IsUsageOnly">The extra chunk: no choices, and a usage object. (Azure's first chunk has neither.)</param>
/// <param name="NullUsage">The member <c>"usage":null</c> with the comma that goes with it.</param>
internal readonly record struct UsageChunk(bool IsUsageOnly, ByteRange NullUsage)
{
    /// <summary>Reads a chunk; nothing where it is no JSON object.</summary>
    public static UsageChunk Read(ReadOnlySpan<byte> text)
    {
        var cursor = new JsonCursor(text);
        var hasNoChoices = false;
        var hasUsage = false;
        var nullUsage = default(ByteRange);
        var comma = -1;
        if (!cursor.TryTake((byte)'{'))
        {
            return default;
        }

        while (cursor.Peek() != '}')
        {
            var start = cursor.Position;
            if (!TryReadMember(ref cursor, text, out var key, out var value))
            {
                return default;
            }

            if (key.Of(text).SequenceEqual("choices"u8))
            {
                hasNoChoices = IsEmptyArray(value.Of(text));
            }
            else if (key.Of(text).SequenceEqual("usage"u8))
            {
                hasUsage = text[value.Offset] == '{';
                nullUsage = text[value.Offset] == 'n' ? WithComma(ref cursor, comma, start, value.End) : default;
            }

            comma = cursor.Peek() == ',' ? cursor.Position : -1;
            if (!cursor.TryTake((byte)','))
            {
                break;
            }
        }

        var isWhole = cursor.TryTake((byte)'}') && cursor.Peek() == 0 && cursor.Position == text.Length;
        return isWhole ? new UsageChunk(hasNoChoices && hasUsage, nullUsage) : default;
    }

    private static bool TryReadMember(ref JsonCursor cursor, ReadOnlySpan<byte> text, out ByteRange key, out ByteRange value)
    {
        value = default;
        if (!cursor.TryTakeString(out key, out _) || !cursor.TryTake((byte)':') || cursor.Peek() == 0)
        {
            return false;
        }

        var start = cursor.Position;
        if (start >= text.Length || !cursor.TrySkipValue())
        {
            return false;
        }

        value = new ByteRange(start, cursor.Position - start);
        return true;
    }

    // The comma before the member, or, of the first member, the one behind it with its blanks.
    private static ByteRange WithComma(ref JsonCursor cursor, int commaBefore, int start, int end)
    {
        if (commaBefore >= 0)
        {
            return new ByteRange(commaBefore, end - commaBefore);
        }

        var behind = cursor;
        if (behind.TryTake((byte)','))
        {
            behind.Peek();
            end = behind.Position;
        }

        return new ByteRange(start, end - start);
    }

    private static bool IsEmptyArray(ReadOnlySpan<byte> value)
    {
        var cursor = new JsonCursor(value);
        return cursor.TryTake((byte)'[') && cursor.Peek() == ']';
    }
}
