using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Lava.Postgres;

/// <summary>
/// Rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4). Encoding rows here
/// instead of value by value through the driver's importer keeps the bytes: part of a batch can be sent again without encoding it again.
/// </summary>
internal sealed class CopyBuffer
{
    /// <summary>Longest JSON, bytes: four times what the API takes as metadata (16 KB).</summary>
    public const int MaxJsonBytes = 64 * 1024;

    private const long UnixToPostgresMicros = 946_684_800_000_000; // 2000-01-01
    private const int MaxColumnHeader = sizeof(int);
    private const int NullLength = -1;
    private const byte JsonbVersion = 1;
    private static readonly int PostgresEpochDay = new DateOnly(2000, 1, 1).DayNumber;
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Forgets everything, keeps the memory.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Adds rows that another buffer holds.</summary>
    public void Rows(ReadOnlySpan<byte> encoded) => _bytes.Write(encoded);

    /// <summary>Starts a row.</summary>
    public void Row(short columns)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(sizeof(short)), columns);
        _bytes.Advance(sizeof(short));
    }

    /// <summary>SQL null.</summary>
    public void Null() => Header(NullLength);

    /// <summary>boolean.</summary>
    public void Boolean(bool value)
    {
        Header(1);
        _bytes.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        _bytes.Advance(1);
    }

    /// <summary>smallint.</summary>
    public void Int16(short value)
    {
        Header(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(sizeof(short)), value);
        _bytes.Advance(sizeof(short));
    }

    /// <summary>integer.</summary>
    public void Int32(int value) => Header(sizeof(int), value);

    /// <summary>bigint.</summary>
    public void Int64(long value)
    {
        Header(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    /// <summary>bigint or null.</summary>
    public void Int64(long? value)
    {
        if (value is { } number)
        {
            Int64(number);
        }
        else
        {
            Null();
        }
    }

    /// <summary>uuid or null.</summary>
    public void Uuid(Guid? value)
    {
        if (value is not { } id)
        {
            Null();
            return;
        }

        const int size = 16;
        Header(size);
        id.TryWriteBytes(_bytes.GetSpan(size), bigEndian: true, out _);
        _bytes.Advance(size);
    }

    /// <summary>uuid out of a number; zero is null.</summary>
    public void Uuid(UInt128 value) => Uuid(value == 0 ? null : ToGuid(value));

    /// <summary>timestamptz, from microseconds since 1970.</summary>
    public void Timestamp(long unixMicros) => Int64(unixMicros - UnixToPostgresMicros);

    /// <summary>date.</summary>
    public void Date(DateOnly value) => Header(sizeof(int), value.DayNumber - PostgresEpochDay);

    /// <summary>text or null, made storable.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var span = _bytes.GetSpan(MaxColumnHeader + StorableText.MaxBytes);
        var length = Encoding.UTF8.GetBytes(StorableText.Of(value), span[MaxColumnHeader..]);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        _bytes.Advance(MaxColumnHeader + length);
    }

    /// <summary>jsonb or null; the caller knows it to be valid.</summary>
    public void Json(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            Null();
            return;
        }

        Header(1 + utf8.Length);
        var span = _bytes.GetSpan(1 + utf8.Length);
        span[0] = JsonbVersion;
        utf8.CopyTo(span[1..]);
        _bytes.Advance(1 + utf8.Length);
    }

    private static Guid ToGuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }

    private void Header(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), length);
        _bytes.Advance(sizeof(int));
    }

    private void Header(int length, int value)
    {
        Header(length);
        Header(value);
    }
}
