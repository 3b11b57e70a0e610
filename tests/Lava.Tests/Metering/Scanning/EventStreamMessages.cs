using System.Buffers.Binary;
using System.Text;

namespace Lava.Tests.Metering.Scanning;

/// <summary>Builds AWS event streams. The checksum is computed bit by bit, not with the scanner's own code.</summary>
internal static class EventStreamMessages
{
    private const byte Text = 7;

    /// <summary>
    /// A stream from a text of one message a line: the event's type and its payload. A type with <c>!</c> is an exception's; with <c>*</c>
    /// the payload goes as base64 into an object's member "bytes".
    /// </summary>
    public static byte[] Parse(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(ParseLine)];

    /// <summary>A message of an event.</summary>
    public static byte[] Event(string type, string payload) =>
        Build(
            [.. Header(":event-type", type), .. Header(":content-type", "application/json"), .. Header(":message-type", "event")],
            Encoding.UTF8.GetBytes(payload));

    /// <summary>An event whose payload holds a body in base64.</summary>
    public static byte[] Chunk(string body) =>
        Event("chunk", $$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(body))}}","p":"abcd"}""");

    /// <summary>A header of a text.</summary>
    public static byte[] Header(string name, string value) => Header(name, Text, [0, (byte)value.Length, .. Encoding.UTF8.GetBytes(value)]);

    /// <summary>A header of any type.</summary>
    public static byte[] Header(string name, byte type, params byte[] value) =>
        [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), type, .. value];

    /// <summary>A message.</summary>
    public static byte[] Build(byte[] headers, byte[] payload)
    {
        var prelude = Prelude((uint)(16 + headers.Length + payload.Length), (uint)headers.Length);
        byte[] unsigned = [.. prelude, .. headers, .. payload];
        return [.. unsigned, .. BigEndian(Sum(unsigned))];
    }

    /// <summary>A prelude with a right checksum, whatever its lengths.</summary>
    public static byte[] Prelude(uint total, uint headers)
    {
        byte[] lengths = [.. BigEndian(total), .. BigEndian(headers)];
        return [.. lengths, .. BigEndian(Sum(lengths))];
    }

    /// <summary>CRC-32/ISO-HDLC.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes)
        {
            sum ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
            }
        }

        return ~sum;
    }

    private static byte[] ParseLine(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (type, payload) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
        return (type.Length == 0 ? ' ' : type[0]) switch
        {
            '*' => Chunk(payload),
            '!' => Build(
                [.. Header(":exception-type", type[1..]), .. Header(":message-type", "exception")], Encoding.UTF8.GetBytes(payload)),
            _ => Event(type, payload),
        };
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
