namespace Lava.Metering.Scanning;

/// <summary>
/// Reads JSON values that stand one after the other with blanks between them, usually one a line. A value may span lines. A malformed one
/// is given up, with whatever else stands on the line where it went wrong.
/// </summary>
internal struct LineScanner
{
    // A value was given up, and its line has not ended.
    private bool _isSkipping;

    /// <summary>Reads the next piece of the body.</summary>
    public void Scan<TReader>(ref TReader reader, ref JsonPathScanner json, ReadOnlySpan<byte> bytes)
        where TReader : struct, IResponseReader
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r') + 1;
            var line = end == 0 ? bytes : bytes[..end];
            bytes = bytes[line.Length..];
            ScanLine(ref reader, ref json, line);
            _isSkipping &= end == 0;
        }
    }

    /// <summary>The body has ended: a value that is open was cut off.</summary>
    public static void End<TReader>(ref TReader reader, ref JsonPathScanner json)
        where TReader : struct, IResponseReader
    {
        if (json.IsOpen)
        {
            reader.Drop();
        }

        json.Stop();
    }

    private void ScanLine<TReader>(ref TReader reader, ref JsonPathScanner json, ReadOnlySpan<byte> line)
        where TReader : struct, IResponseReader
    {
        while (!line.IsEmpty && !_isSkipping)
        {
            if (!json.IsOpen)
            {
                line = line.TrimStart(" \t\r\n"u8);
                if (line.IsEmpty)
                {
                    return;
                }

                json.Start(Node.Root);
            }

            line = line[json.Scan(ref reader, line)..];
            if (json.IsMalformed)
            {
                reader.Drop();
                json.Stop();
            }

            // Neither open nor complete: given up, or never begun.
            _isSkipping = !json.IsOpen && !json.IsComplete;
        }
    }
}
