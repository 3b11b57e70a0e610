using System.Text;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class Base64TextTests
{
    [Fact]
    public void Decode_AnyLengthInAnyPieces_AsTheRuntimeDoes()
    {
        var random = new Random(3);
        foreach (var length in (int[])[0, 1, 2, 3, 4, 5, 6, 100, 767, 768, 769, 3000])
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var text = Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
            foreach (var size in (int[])[1, 2, 3, 5, 64, 1025, int.MaxValue])
            {
                Assert.Equal(bytes, Decode(text, size, out var isMalformed));
                Assert.False(isMalformed);
            }
        }
    }

    [Theory]
    [InlineData("QUJD*UJD")]
    [InlineData("QUI=QUJD")]
    [InlineData("=")]
    [InlineData("Q===")]
    [InlineData("QUJD\nQUJD")]
    public void Decode_NoBase64_MalformedAndTheSameInAnyPieces(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var whole = Decode(bytes, int.MaxValue, out var isMalformed);
        Assert.True(isMalformed);
        for (var size = 1; size < bytes.Length; size++)
        {
            Assert.Equal(whole, Decode(bytes, size, out isMalformed));
            Assert.True(isMalformed);
        }
    }

    private static byte[] Decode(byte[] text, int size, out bool isMalformed)
    {
        var decoder = default(Base64Text);
        var output = new List<byte>();
        var buffer = new byte[Base64Text.BytesMax];
        for (var at = 0; at < text.Length; at += Math.Min(size, text.Length - at))
        {
            var piece = text.AsSpan(at, Math.Min(size, text.Length - at));
            while (!piece.IsEmpty)
            {
                piece = piece[decoder.Decode(piece, buffer, out var written)..];
                output.AddRange(buffer.AsSpan(0, written));
            }
        }

        isMalformed = decoder.IsMalformed;
        return [.. output];
    }
}
