using System.Text;
using Lava.Gateway.Upstreams.Http1;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>Bodies in chunks, torn at every place, in place and into rooms of every size.</summary>
public sealed class ChunkedDecoderTests
{
    public static TheoryData<string, string> Good => new()
    {
        { "0\r\n\r\n", "" },
        { "5\r\nhello\r\n0\r\n\r\n", "hello" },
        { "5\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n", "hello 0123456789" },
        { "00005\r\nhe\r\no\r\n000\r\n\r\n", "he\r\no" },
        { "0000000000000005\r\nhello\r\n0\r\n\r\n", "hello" },
        { "5;a=b;c=\"d\"\r\nhello\r\n0;last\r\n\r\n", "hello" },
        { "5 \t\r\nhello\r\n0 \r\n\r\n", "hello" },
        { "a\r\n0\r\n\r\n5\r\nhe\r\n0\r\nx-trailer: 1\r\nx-more: 2\r\n\r\n", "0\r\n\r\n5\r\nhe" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Decode_GoodBody_HoweverItComes(string wire, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(wire + "HTTP/1.1 ");
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            for (var room = 1; room <= 20; room++)
            {
                var (decoded, consumed, decoder) = Decode(bytes, piece, room);
                Assert.True(decoder.IsDone);
                Assert.Equal(body, decoded);
                Assert.Equal(wire.Length, consumed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Decode_InPlace_MovesThePayloadTogether(string wire, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(wire);
        var decoder = new ChunkedDecoder();
        var written = decoder.Decode(bytes, bytes, out var consumed);
        Assert.Equal((body, wire.Length, true), (Encoding.ASCII.GetString(bytes, 0, written), consumed, decoder.IsDone));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-5\r\nhello\r\n")]
    [InlineData("+5\r\nhello\r\n")]
    [InlineData("0x5\r\nhello\r\n")]
    [InlineData(" 5\r\nhello\r\n")]
    [InlineData("5\nhello\r\n")]
    [InlineData("5\r5\r\n")]
    [InlineData("5\r\nhelloo\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r0\r\n\r\n")]
    [InlineData("5\r\nhello\rx0\r\n\r\n")]
    [InlineData("5\rxhello\r\n0\r\n\r\n")]
    [InlineData("0\r\n\rx")]
    [InlineData("0\r\na: b\rx\r\n")]
    [InlineData("5\r\nhello5\r\nhello\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("00000000000000001\r\n")]
    [InlineData("5;a\nb\r\nhello\r\n")]
    [InlineData("5;a\0\r\nhello\r\n")]
    [InlineData("0\r\na: b\n\r\n")]
    [InlineData("0\r\na: b\r\r\n")]
    [InlineData("0\r\n\n")]
    public void Decode_BadBody_IsBroken(string wire)
    {
        var bytes = Encoding.ASCII.GetBytes(wire);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            Assert.True(Decode(bytes, piece, 100).Decoder.IsBroken);
        }
    }

    [Theory]
    [InlineData("5;", Http1Limits.ChunkExtensionBytes, "\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0\r\n", Http1Limits.TrailerBytes, "\r\n\r\n")]
    public void Decode_WhatIsSkipped_HasALimit(string before, int limit, string after)
    {
        var atLimit = Encoding.ASCII.GetBytes(before + new string('x', limit) + after);
        var beyond = Encoding.ASCII.GetBytes(before + new string('x', limit + 1) + after);
        Assert.True(Decode(atLimit, atLimit.Length, 100).Decoder.IsDone);
        Assert.True(Decode(beyond, beyond.Length, 100).Decoder.IsBroken);
    }

    private static (string Decoded, int Consumed, ChunkedDecoder Decoder) Decode(byte[] bytes, int piece, int room)
    {
        var decoder = new ChunkedDecoder();
        var decoded = new StringBuilder();
        var total = 0;
        var memory = new byte[room];
        while (total < bytes.Length && !decoder.IsDone && !decoder.IsBroken)
        {
            var from = bytes.AsSpan(total, Math.Min(piece, bytes.Length - total));
            var written = decoder.Decode(from, memory, out var consumed);
            decoded.Append(Encoding.ASCII.GetString(memory, 0, written));
            total += consumed;
            Assert.True(consumed > 0);
        }

        return (decoded.ToString(), total, decoder);
    }
}
