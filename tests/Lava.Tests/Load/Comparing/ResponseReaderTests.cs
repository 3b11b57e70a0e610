using System.Text;
using Lava.Load.Comparing;

namespace Lava.Tests.Load.Comparing;

/// <summary>What the load generator reads, cut at every place.</summary>
public sealed class ResponseReaderTests
{
    private const string Plain = "HTTP/1.1 200 OK\r\nserver: x\r\ncontent-length: 5\r\n\r\nhello";
    private const string Chunks =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nb;x=1\r\n, you there!\r\n0\r\nx-late: 1\r\n\r\n";
    private const string Refused = "HTTP/1.1 402 Payment Required\r\nContent-Length: 0\r\n\r\n";

    public static TheoryData<string, int, int> Responses => new() { { Plain, 200, 5 }, { Chunks, 200, 16 }, { Refused, 402, 0 } };

    [Theory]
    [MemberData(nameof(Responses))]
    public void Advance_CutAnywhere_FindsStatusLengthAndEnd(string response, int status, int bodyBytes)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        var reader = new ResponseReader();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            reader.Reset();
            Feed(reader, bytes.AsSpan(0, cut));
            Assert.Equal(cut == bytes.Length, reader.IsComplete);
            Feed(reader, bytes.AsSpan(cut));
            Assert.True(reader.IsComplete);
            Assert.Equal((status, bodyBytes), (reader.Status, reader.BodyBytes));
        }
    }

    private static void Feed(ResponseReader reader, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(reader.Free);
        reader.Advance(bytes.Length, null);
    }
}
