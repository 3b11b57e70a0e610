using System.Buffers.Binary;
using System.Text;
using Lava.Core;

namespace Lava.Metering;

/// <summary>Takes a record's fields from bytes. Whatever does not fit is <see cref="InvalidDataException"/>, never another value.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = source;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public static InvalidDataException Damaged(string what) => new($"The usage record is damaged: {what}.");

    public byte Byte() => Take(1)[0];

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();

            // The tenth byte has one bit left, and a last byte of zero would be a second way to write the number.
            if ((shift == 63 && b > 1) || (shift > 0 && b == 0))
            {
                break;
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw Damaged("a number is malformed");
    }

    public long Count(long max = long.MaxValue)
    {
        var value = Number();
        return value <= (ulong)max ? (long)value : throw Damaged($"a count above {max}");
    }

    public Money Amount()
    {
        var value = Number();
        return new Money((long)(value >> 1) ^ -(long)(value & 1));
    }

    /// <summary>An enum's value: they count from 0 to <paramref name="last"/>.</summary>
    public byte Enum(byte last) => Byte() is var value && value <= last ? value : throw Damaged($"{value} is no value of its enum");

    public Guid Id() => new(Take(16), bigEndian: true);

    public UInt128 Wide() => BinaryPrimitives.ReadUInt128BigEndian(Take(16));

    public string Text(int bytesMax)
    {
        try
        {
            return StrictUtf8.GetString(Take((int)Count(bytesMax)));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("a text is not UTF-8");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw Damaged("it ends too early");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
