using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>
/// How the last data line of a stream began, up to the text that it carries, and where the JSON scanner stood there. The lines of a stream
/// begin alike: one with the same first bytes leads to the same place, so that reading begins there.
/// </summary>
internal struct StreamPrefix
{
    // OpenAI's chunks have about 250 bytes before their delta.
    private const int BytesMax = 512;

    private Bytes _bytes;
    private JsonPathScanner _json;
    private int _length;

    /// <summary>Forgets it: what it led to may no longer hold.</summary>
    public void Clear() => _length = 0;

    /// <summary>Reads a whole line that holds the beginning of an event's data; false where it must be read the long way.</summary>
    public bool TryRead<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ReadOnlySpan<byte> line)
        where TReader : struct, IResponseReader
    {
        var tier = facts.ServiceTier;
        if (_length > 0 && line.StartsWith(((ReadOnlySpan<byte>)_bytes)[.._length]))
        {
            json = _json;
            reader.Resume();
            line = line[_length..];
        }
        else if (TryLearn(ref reader, ref json, facts, ref line))
        {
            tier = facts.ServiceTier;
        }
        else
        {
            return false;
        }

        json.Scan(ref reader, line);
        json.Scan(ref reader, "\n"u8);
        if (facts.ServiceTier != tier)
        {
            // The beginning may have named another one, and would again.
            Clear();
        }

        return true;
    }

    // Reads the line up to its text; what follows there is left in it.
    private bool TryLearn<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ref ReadOnlySpan<byte> line)
        where TReader : struct, IResponseReader
    {
        Clear();
        const int fieldLength = 5;
        var payload = line[fieldLength..].TrimStart((byte)' ');
        var at = line.IndexOf(TReader.DeltaKey);
        if (at < 0 || payload[0] == '[')
        {
            return false;
        }

        at += TReader.DeltaKey.Length;
        var text = facts.OutputTextBytes;
        json.Start(Node.Root);
        json.Scan(ref reader, line[fieldLength..at]);
        if (at <= BytesMax && json.IsBefore(TReader.DeltaNode) && reader.CanResume && facts.OutputTextBytes == text)
        {
            line[..at].CopyTo(_bytes);
            _json = json;
            _length = at;
        }

        line = line[at..];
        return true;
    }

    [InlineArray(BytesMax)]
    private struct Bytes
    {
        private byte _first;
    }
}
