using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>
/// Splits an AWS event stream into its messages (total length, headers' length, checksum of these; headers; payload; checksum of all) and
/// hands each payload to the JSON scanner as it comes: nothing of a message is kept but sums. What a payload said counts only when the
/// message's checksum is right. After a wrong one, or a length that can't be, nothing more is read: nobody knows where the next begins.
/// </summary>
internal struct EventStreamScanner
{
    /// <summary>Longest message, in bytes; a larger length is a lie.</summary>
    public const uint MessageMax = 16 << 20;

    /// <summary>Longest headers of a message, the format's own limit.</summary>
    public const uint HeadersMax = 128 << 10;

    private const int PreludeLength = 12;
    private const int PreludeSumOffset = 8;
    private const int SumLength = 4;
    private const uint Overhead = PreludeLength + SumLength;

    private Words _words;
    private EventStreamHeaders _headers;
    private Section _section;
    private int _read;
    private int _headersLength;
    private int _payloadLength;
    private uint _sum;
    private long _textBefore;
    private ServiceTier _tierBefore;

    private enum Section : byte
    {
        Prelude,
        Headers,
        Payload,
        Sum,
    }

    private readonly int SectionLength => _section switch
    {
        Section.Prelude => PreludeLength,
        Section.Headers => _headersLength,
        Section.Payload => _payloadLength,
        _ => SumLength,
    };

    /// <summary>Reads the next piece of the stream.</summary>
    public void Scan<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ReadOnlySpan<byte> bytes)
        where TReader : struct, IResponseReader
    {
        while (!bytes.IsEmpty && !facts.IsDamaged)
        {
            var part = bytes[..Math.Min(bytes.Length, SectionLength - _read)];
            bytes = bytes[part.Length..];
            if (!TryRead(ref reader, ref json, facts, part))
            {
                Damage(ref reader, ref json, facts);
                return;
            }
        }
    }

    /// <summary>The body has ended: a message that is open was cut off.</summary>
    public readonly void End<TReader>(ref TReader reader, ref JsonPathScanner json)
        where TReader : struct, IResponseReader
    {
        if (_section != Section.Prelude || _read > 0)
        {
            reader.Drop();
        }

        json.Stop();
    }

    private bool TryRead<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts, ReadOnlySpan<byte> part)
        where TReader : struct, IResponseReader
    {
        switch (_section)
        {
            case Section.Headers:
                _sum = Crc32.Append(_sum, part);
                if (!_headers.Scan(part))
                {
                    return false;
                }

                break;
            case Section.Payload:
                _sum = Crc32.Append(_sum, part);
                if (!_headers.IsError)
                {
                    json.Scan(ref reader, part);
                }

                break;
            default:
                part.CopyTo(((Span<byte>)_words)[_read..]);
                break;
        }

        _read += part.Length;
        return _read < SectionLength || TryEndSection(ref reader, ref json, facts);
    }

    // Sections of no length end with the one before them.
    private bool TryEndSection<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts)
        where TReader : struct, IResponseReader
    {
        _read = 0;
        if (_section == Section.Prelude)
        {
            if (!TryReadPrelude())
            {
                return false;
            }

            _textBefore = facts.OutputTextBytes;
            _tierBefore = facts.ServiceTier;
            _section = Section.Headers;
            if (_headersLength > 0)
            {
                return true;
            }
        }

        if (_section == Section.Headers)
        {
            if (!_headers.IsComplete)
            {
                return false;
            }

            _section = Section.Payload;
            if (_payloadLength > 0)
            {
                json.Start(Node.Root);
                return true;
            }
        }

        if (_section == Section.Payload)
        {
            _section = Section.Sum;
            return true;
        }

        if (!TryEndMessage(ref reader, ref json, facts))
        {
            return false;
        }

        _section = Section.Prelude;
        return true;
    }

    private bool TryReadPrelude()
    {
        ReadOnlySpan<byte> words = _words;
        _sum = Crc32.Append(0, words[..PreludeSumOffset]);
        var total = BinaryPrimitives.ReadUInt32BigEndian(words);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(words[4..]);
        if (_sum != BinaryPrimitives.ReadUInt32BigEndian(words[PreludeSumOffset..])
            || total is < Overhead or > MessageMax
            || headers > Math.Min(HeadersMax, total - Overhead))
        {
            return false;
        }

        _sum = Crc32.Append(_sum, words[PreludeSumOffset..PreludeLength]);
        _headersLength = (int)headers;
        _payloadLength = (int)(total - Overhead - headers);
        _headers.Clear();
        return true;
    }

    private readonly bool TryEndMessage<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts)
        where TReader : struct, IResponseReader
    {
        if (_sum != BinaryPrimitives.ReadUInt32BigEndian(_words))
        {
            return false;
        }

        facts.EventType = _headers.EventType;
        facts.IsError |= _headers.IsError;
        if (json.IsComplete)
        {
            reader.Commit();
        }
        else if (json.IsOpen || _headers.IsError)
        {
            // A failure ends the answer before its last word.
            reader.Drop();
        }

        json.Stop();
        return true;
    }

    private readonly void Damage<TReader>(ref TReader reader, ref JsonPathScanner json, ResponseFacts facts)
        where TReader : struct, IResponseReader
    {
        if (_section != Section.Prelude)
        {
            facts.OutputTextBytes = _textBefore;
            facts.ServiceTier = _tierBefore;
        }

        facts.IsDamaged = true;
        reader.Drop();
        json.Stop();
    }

    [InlineArray(PreludeLength)]
    private struct Words
    {
        private byte _first;
    }
}
