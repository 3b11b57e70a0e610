using System.Text;
using Lava.Gateway.Upstreams.Http1;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>Heads of answers, whole, byte by byte, torn at every place.</summary>
public sealed class ResponseHeadReaderTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, -1, false, true)]
    [InlineData("HTTP/1.1 200\r\n\r\n", 200, -1, false, true)]
    [InlineData("HTTP/1.1 529 \r\n\r\n", 529, -1, false, true)]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 5\r\n\r\n", 429, 5, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:5\r\nContent-Length: 5 \t\r\n\r\n", 200, 5, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", 200, long.MaxValue, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", 200, -1, true, true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 200, 5, true, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n", 200, -1, false, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x-hop ,\tclose\r\n\r\n", 200, -1, false, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x-hop\r\nConnection: close\r\n\r\n", 200, -1, false, false)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", 200, -1, false, false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", 200, -1, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Odd!#$%&'*+-.^_`|~: \u00fc\u0001\"\r\n\r\n", 200, -1, false, true)]
    public void Read_GoodHead_HoweverItComes(string head, int status, long length, bool chunked, bool keepsAlive)
    {
        var bytes = Encoding.UTF8.GetBytes(head + "body\n\r\n");
        var whole = Encoding.UTF8.GetByteCount(head);
        foreach (var (result, reader) in Everyway(bytes, whole))
        {
            Assert.True(result);
            Assert.Equal((status, length), (reader.StatusCode, reader.ContentLength));
            Assert.Equal((chunked, keepsAlive), (reader.IsChunked, reader.KeepsAlive));
            Assert.Equal(whole, reader.Length);
        }
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("http/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\n\r\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: 1\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: 1\r2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: 1\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n X-A: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A : 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX\u00fc: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void Read_BadHead_HoweverItComes(string head)
    {
        var bytes = Encoding.UTF8.GetBytes(head);
        Assert.All(Everyway(bytes, bytes.Length), way => Assert.False(way.Result));
    }

    [Fact]
    public void Read_AsManyHeadersAsThereMayBe_AndOneMore()
    {
        var lines = string.Concat(Enumerable.Repeat("a: b\r\n", Http1Limits.Headers));
        Assert.True(new ResponseHeadReader().Read(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + lines + "\r\n")));
        Assert.False(new ResponseHeadReader().Read(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + lines + "a: b\r\n\r\n")));
    }

    [Fact]
    public void Headers_OfAHead_InTheirOrderAndSpelling()
    {
        var head = "HTTP/1.1 200 OK\r\nx-One:1\r\nX-two: \t a b \t\r\nx-none:\r\nx-one: 2\r\n\r\n"u8;
        var reader = new ResponseHeadReader();
        Assert.True(reader.Read(head));
        List<string> found = [];
        foreach (var header in new UpstreamHeaders(head[reader.Lines]))
        {
            found.Add($"{Encoding.ASCII.GetString(header.Name)}={Encoding.ASCII.GetString(header.Value)}");
        }

        Assert.Equal(["x-One=1", "X-two=a b", "x-none=", "x-one=2"], found);
        Assert.Equal("1, 2", new UpstreamHeaders(head[reader.Lines]).Find("X-ONE"));
        Assert.Null(new UpstreamHeaders(head[reader.Lines]).Find("x-three"));
    }

    [Fact]
    public async Task Send_AnswerOfAnyBytes_NeverThrowsAndEnds()
    {
        string[] parts =
        [
            "HTTP/1.1 200 OK\r\n", "HTTP/1.0 204 \r\n", "HTTP/1.1 100 Continue\r\n\r\n", "Content-Length: 3\r\n", "Content-Length: 0\r\n",
            "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "a: b\r\n", "\r\n", "3\r\nabc\r\n", "0\r\n\r\n", "\0", "\r", "\n",
            "ffffffffffffffff\r\n", "5;x=y\r\n", " ", ":", new string('x', 5_000),
        ];
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            var bytes = Encoding.ASCII.GetBytes(text);
            for (var flips = random.Next(3); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var cut = random.Next(bytes.Length + 1);
            var transport = new MemoryTransport(bytes[..cut], bytes[cut..]);
            using var client = transport.CreateClient();
            var exchange = Heads.Request(new UpstreamExchange(), i % 2 == 0 ? "GET" : "POST");
            if (await client.SendAsync(exchange, default, default) == UpstreamOutcome.Ok)
            {
                await DrainAsync(exchange, bytes.Length);
            }

            await exchange.EndAsync();
            Assert.True(transport.IsClosed || client.Connections == 1, text);
        }
    }

    private static async Task DrainAsync(UpstreamExchange exchange, int most)
    {
        var memory = new byte[7];
        var total = 0;
        int read;
        do
        {
            await exchange.WaitAsync();
            read = await exchange.ReadAsync(memory);
            total += Math.Max(0, read);
            Assert.InRange(total, 0, most);
        }
        while (read > 0);
    }

    private static IEnumerable<(bool? Result, ResponseHeadReader Reader)> Everyway(byte[] bytes, int whole)
    {
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var torn = new ResponseHeadReader();
            var first = torn.Read(bytes.AsSpan(0, cut));
            Assert.True(first is null || cut >= whole || first == false);
            yield return (first ?? torn.Read(bytes), torn);
        }

        var slow = new ResponseHeadReader();
        bool? result = null;
        for (var length = 1; length <= bytes.Length && result is null; length++)
        {
            result = slow.Read(bytes.AsSpan(0, length));
        }

        yield return (result, slow);
    }
}
