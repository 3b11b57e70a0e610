using System.Text;

namespace Lava.FunctionalTests.Api;

/// <summary>What nobody should send, and somebody will.</summary>
internal static class HostileInput
{
    /// <summary>Instead of a field's value, as JSON.</summary>
    public static readonly string[] Values =
    [
        "true", "0", "-1", "0.5", "1e400", "-1e400", "1e-400", new('9', 400), "9223372036854775808", "{}", "[]", "[[]]", "[{}]", "[null]",
        "{\"a\":1}", "{\"\\u0000\":\"a\"}", "\"\"", "\"\\u0000\"", "\"a\\u0000b\"", "[\"a\\u0000b\"]", "\"\\ud800\"", "\"\\u202e\\ufeff\"",
        "\"1e400\"", "\"-5\"", "\"-0.0000000001\"", "\"0.00000000001\"", $"\"{new string('9', 400)}\"", $"\"0.{new string('1', 400)}\"",
        "\"NaN\"", "\"Infinity\"", "\"١\"", "\"0000-00-00T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999-14:00\"",
        "\"0001-01-01T00:00:00+14:00\"", "\"con_test_00000000000000000000000000\"", "\"sc_test_7ZZZZZZZZZZZZZZZZZZZZZZZZZ\"",
        "\"../../etc/passwd\"", "\"'; drop table customers; --\"", $"\"{new string('x', 100_000)}\"",
        new string('[', 5_000) + new string(']', 5_000),
    ];

    /// <summary>Instead of a parameter of a query, or of an id in a path.</summary>
    public static readonly string[] Texts =
    [
        "", "\0", "a\0b", "\ufffd", "-1", "0", "1e400", new('9', 400), "9223372036854775808", "0.5", "[]", "{}", "[[\"a\",\"\\u0000\"]]",
        "0000-00-00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "con_test_00000000000000000000000000", "AAAA", "../..",
        "'; drop table customers; --", new('x', 5_000),
    ];

    /// <summary>Instead of a whole body.</summary>
    public static readonly byte[][] Bodies =
    [
        [],
        "null"u8.ToArray(),
        "[]"u8.ToArray(),
        "1e400"u8.ToArray(),
        "\"text\""u8.ToArray(),
        "{"u8.ToArray(),
        "{}{}"u8.ToArray(),
        "{\"a\":1,\"a\":2}"u8.ToArray(),
        new byte[64],
        [0xEF, 0xBB, 0xBF],
        [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
        [(byte)'{', (byte)'"', (byte)'a', (byte)'"', (byte)':', (byte)'"', 0xFF, 0xFE, (byte)'"', (byte)'}'],
        Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 100_000)}{new string(']', 100_000)}}}"),
        Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 1 << 20)}\"}}"),
    ];
}
