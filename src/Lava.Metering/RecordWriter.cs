using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Lava.Core;

namespace Lava.Metering;

/// <summary>Appends a record's fields to a span. The caller's span is large enough: see <see cref="UsageRecordCodec.MaxSize"/>.</summary>
internal ref struct RecordWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public void Byte(byte value) => _destination[Written++] = value;

    /// <summary>Seven bits a byte, lowest first (LEB128): most counts are small.</summary>
    public void Number(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>A count: never negative in a record.</summary>
    public void Count(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Number((ulong)value);
    }

    /// <summary>Zigzag: small amounts of either sign are short.</summary>
    public void Amount(Money value) => Number((ulong)((value.Units << 1) ^ (value.Units >> 63)));

    public void Id(Guid value)
    {
        value.TryWriteBytes(_destination[Written..], bigEndian: true, out var written);
        Written += written;
    }

    public void Wide(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(_destination[Written..], value);
        Written += 16;
    }

    /// <summary>UTF-8 with its length before it.</summary>
    /// <exception cref="ArgumentException">Longer than <paramref name="bytesMax"/>.</exception>
    public void Text(string value, int bytesMax)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > bytesMax)
        {
            throw new ArgumentException($"A text of {length} bytes; at most {bytesMax} fit a record.");
        }

        Number((ulong)length);
        Written += Encoding.UTF8.GetBytes(value, _destination[Written..]);
    }

    /// <summary>As <see cref="Text"/>, but cut at a whole character where too long: a settlement must not fail over a long name.</summary>
    public void Name(string value, int bytesMax)
    {
        if (Encoding.UTF8.GetByteCount(value) <= bytesMax)
        {
            Text(value, bytesMax);
            return;
        }

        Span<byte> cut = stackalloc byte[UsageRecordCodec.EndpointBytesMax];
        Utf8.FromUtf16(value, cut[..bytesMax], out _, out var length, replaceInvalidSequences: true, isFinalBlock: true);
        Number((ulong)length);
        cut[..length].CopyTo(_destination[Written..]);
        Written += length;
    }
}
