using System.Buffers;
using System.Text;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>Answers of every kind, read in pieces; requests that are refused early or go out twice; cancellation in each phase.</summary>
public sealed class UpstreamClientTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1", "hello", true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\n\r\nuntil close", "until close", true)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    [InlineData("GET", "HTTP/1.0 200 OK\r\n\r\nold", "old", true)]
    [InlineData("GET", Chunked + "5\r\nhello\r\n6\r\n world\r\n0\r\nx-trailer: 1\r\n\r\n", "hello world", true)]
    [InlineData("GET", Chunked + "0\r\n\r\n", "", true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello", true)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", "", true)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", true)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "", true)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", "", true)]
    [InlineData("GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok", "ok", true)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", "hello", false)]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", "", false)]
    [InlineData("GET", Chunked, "", false)]
    [InlineData("GET", Chunked + "5\r\nhello\r\n", "hello", false)]
    [InlineData("GET", Chunked + "5\r\nhello\r\n1", "hello", false)]
    [InlineData("GET", Chunked + "5\r\nhel", "hel", false)]
    [InlineData("GET", Chunked + "5\r\nhello\r\n0\r\n", "hello", false)]
    [InlineData("GET", Chunked + "5\r\nhello\r\nxyz", "hello", false)]
    public async Task Read_AnswerTornAnywhere_GivesItsBytesAndItsEnd(string method, string wire, string body, bool isWhole)
    {
        var bytes = Encoding.ASCII.GetBytes(wire);
        for (var cut = 1; cut <= bytes.Length; cut++)
        {
            foreach (var room in new[] { 3, 4096 })
            {
                using var client = new MemoryTransport(bytes[..cut], bytes[cut..]).CreateClient();
                var exchange = Heads.Request(new UpstreamExchange(), method);
                Assert.Equal(UpstreamOutcome.Ok, await client.SendAsync(exchange, default, default));
                Assert.Equal((body, isWhole), await ReadAsync(exchange, room));
                await exchange.EndAsync();
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    public async Task Send_NoHeadThatCounts_IsUnreachableAndCloses(string wire)
    {
        var transport = new MemoryTransport(Encoding.ASCII.GetBytes(wire));
        using var client = transport.CreateClient();
        Assert.Equal(UpstreamOutcome.Unreachable, await client.SendAsync(Heads.Get(new UpstreamExchange()), default, default));
        Assert.True(transport.IsClosed);
        Assert.Equal(0, client.Connections);
    }

    [Fact]
    public async Task Send_InterimAnswersWithoutEnd_IsUnreachable()
    {
        var interim = string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", Http1Limits.InterimAnswers + 1));
        using var client = new MemoryTransport(Encoding.ASCII.GetBytes(interim + "HTTP/1.1 204 \r\n\r\n")).CreateClient();
        Assert.Equal(UpstreamOutcome.Unreachable, await client.SendAsync(Heads.Get(new UpstreamExchange()), default, default));
    }

    [Theory]
    [InlineData(2 * 1024 - 100, true)]
    [InlineData(2 * 1024, false)]
    public async Task Send_HeadOfAnyLength_WithinItsLimit(int length, bool isTaken)
    {
        var wire = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: {new string('x', length)}\r\n\r\n");
        byte[][] pieces = [.. wire.Chunk(100)];
        using var client = new MemoryTransport(pieces).CreateClient(new UpstreamOptions { MaxResponseHeadersKibibytes = 2 });
        var outcome = await client.SendAsync(Heads.Get(new UpstreamExchange()), default, default);
        Assert.Equal(isTaken ? UpstreamOutcome.Ok : UpstreamOutcome.Unreachable, outcome);
    }

    [Fact]
    public async Task Read_SeveralChunksThatAreThere_AreOneRead()
    {
        using var client = new MemoryTransport(
            Encoding.ASCII.GetBytes(Chunked), "1\r\na\r\n1\r\nb\r\n1"u8.ToArray(), "\r\nc\r\n0\r\n\r\n"u8.ToArray()).CreateClient();
        var exchange = Heads.Get(new UpstreamExchange());
        await client.SendAsync(exchange, default, default);
        var memory = new byte[100];
        Assert.Equal(2, await exchange.ReadAsync(memory));
        Assert.False(exchange.IsEnded);
        Assert.Equal(1, await exchange.ReadAsync(memory));
        Assert.True(exchange.IsEnded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(Http1Limits.FirstSendBytes - 60)]
    [InlineData(Http1Limits.FirstSendBytes)]
    [InlineData(8 * 1024 * 1024)]
    public async Task Send_BodyOfAnyLength_ArrivesOnceBehindItsHead(int length)
    {
        using var provider = new Provider();
        var body = new byte[length];
        new Random(length).NextBytes(body);
        var sending = provider.SendAsync("POST", [.. body.Select(b => (byte)('a' + (b % 26)))]);
        using var connection = await provider.AcceptAsync();
        var request = new StringBuilder();
        var whole = $"POST /v1/x HTTP/1.1\r\nHost: {Encoding.ASCII.GetString(provider.Origin.HostHeader)}\r\n"
            + (length > 0 ? $"Content-Length: {length}\r\n" : "") + "\r\n"
            + string.Concat(body.Select(b => (char)('a' + (b % 26))));
        while (request.Length < whole.Length)
        {
            request.Append(await connection.ReceivePieceAsync());
        }

        await connection.AnswerAsync();
        Assert.True(whole == request.ToString());
        var (outcome, exchange) = await sending;
        Assert.Equal(UpstreamOutcome.Ok, outcome);
        await exchange.EndAsync();
    }

    [Fact]
    public async Task Send_RefusedWhileTheBodyIsBeingSent_TakesTheAnswerAndCloses()
    {
        using var provider = new Provider();
        var sending = provider.SendAsync("POST", new byte[8 * 1024 * 1024]);
        using var connection = await provider.AcceptAsync();
        await connection.ReceivePieceAsync();
        await connection.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big");
        var (outcome, exchange) = await sending;
        Assert.Equal((UpstreamOutcome.Ok, 413), (outcome, exchange.StatusCode));
        Assert.Equal(("too big", true), await ReadAsync(exchange, 100));
        await exchange.EndAsync();
        await connection.ClosedAsync();
        Assert.Equal(0, provider.Client.Connections);
    }

    [Theory]
    [InlineData(true, "POST", true)]
    [InlineData(true, "GET", true)]
    [InlineData(false, "POST", false)]
    [InlineData(false, "GET", true)]
    public async Task Send_KeptConnectionFailsToSend_GoesOutOnceMoreWhereItMay(bool atOnce, string method, bool isRepeated)
    {
        var first = new FailingTransport(atOnce);
        var second = new MemoryTransport("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        var transports = new Queue<UpstreamTransport>([first, second]);
        using var client = new UpstreamClient((_, _) => new ValueTask<UpstreamTransport>(transports.Dequeue()), new(), TimeProvider.System);
        var exchange = Heads.Get(new UpstreamExchange());
        Assert.Equal(UpstreamOutcome.Ok, await client.SendAsync(exchange, default, default));
        await exchange.EndAsync();

        var body = method == "POST" ? "{}"u8.ToArray() : [];
        Heads.Request(exchange, method, body.Length);
        var sending = client.SendAsync(exchange, body, default);
        first.Fail();
        var outcome = await sending;
        Assert.Equal(isRepeated ? UpstreamOutcome.Ok : UpstreamOutcome.Unreachable, outcome);
        await exchange.EndAsync();
        var sent = Encoding.ASCII.GetString(second.Sent);
        var more = method == "POST" ? "Content-Length: 2\r\n\r\n{}" : "\r\n";
        Assert.Equal(isRepeated ? $"{method} /v1/x HTTP/1.1\r\nHost: provider.test\r\n{more}" : "", sent);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("send")]
    [InlineData("head")]
    [InlineData("body")]
    [InlineData("wait")]
    public async Task Cancel_InAnyPhase_EndsItAndTheConnection(string phase)
    {
        using var provider = new Provider();
        using var cancellation = new CancellationTokenSource();
        if (phase == "connect")
        {
            using var client = new UpstreamClient(NeverAsync, new UpstreamOptions(), TimeProvider.System);
            var connecting = client.SendAsync(Heads.Get(new UpstreamExchange()), default, cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            Assert.Equal(UpstreamOutcome.Cancelled, await connecting.WaitAsync(GatewayHarness.Patience));
            Assert.Equal(0, client.Connections);
            return;
        }

        var sending = provider.SendAsync("POST", new byte[phase == "send" ? 64 * 1024 * 1024 : 10], cancellation.Token);
        using var connection = await provider.AcceptAsync();
        await connection.ReceivePieceAsync();
        if (phase is "send" or "head")
        {
            await cancellation.CancelAsync();
            Assert.Equal(UpstreamOutcome.Cancelled, (await sending).Outcome);
        }
        else
        {
            await connection.SendAsync(Chunked + "5\r\nhello\r\n");
            var (_, exchange) = await sending;
            Assert.Equal(5, await exchange.ReadAsync(new byte[100]));
            var reading = phase == "body" ? exchange.ReadAsync(new byte[100]).AsTask() : WaitAsync(exchange);
            Assert.False(reading.IsCompleted);
            await cancellation.CancelAsync();
            Assert.Equal(-1, await reading.WaitAsync(GatewayHarness.Patience));
            await exchange.EndAsync();
        }

        await connection.ClosedAsync();
        Assert.Equal(0, provider.Client.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_ConnectionThatThenLooksClosed_IsNoEndOfTheBody(bool waits)
    {
        using var cancellation = new CancellationTokenSource();
        using var client = new UpstreamClient(
            (_, _) => new ValueTask<UpstreamTransport>(new EndingTransport()), new UpstreamOptions(), TimeProvider.System);
        var exchange = Heads.Get(new UpstreamExchange());
        Assert.Equal(UpstreamOutcome.Ok, await client.SendAsync(exchange, default, cancellation.Token));
        var reading = waits ? WaitAsync(exchange) : exchange.ReadAsync(new byte[100]).AsTask();
        await cancellation.CancelAsync();
        Assert.Equal((-1, false), (await reading.WaitAsync(GatewayHarness.Patience), exchange.IsEnded));
        await exchange.EndAsync();
    }

    [Fact]
    public async Task Cancel_AfterTheAnswer_LeavesTheConnectionAlone()
    {
        using var provider = new Provider();
        using var cancellation = new CancellationTokenSource();
        var sending = provider.SendAsync("GET", null, cancellation.Token);
        using var connection = await provider.AcceptAsync();
        await connection.AnswerAsync();
        var (_, exchange) = await sending;
        await ReadAsync(exchange, 100);
        await cancellation.CancelAsync();
        await exchange.EndAsync();
        Assert.Equal(1, provider.Client.Connections);
        var next = provider.SendAsync("GET");
        await connection.ReceiveAsync();
        await connection.AnswerAsync();
        Assert.Equal(UpstreamOutcome.Ok, (await next).Outcome);
    }

    [Fact]
    public async Task End_OfAnyExchange_LeavesNoCredentialInMemory()
    {
        const string Key = "sk-very-secret-indeed";
        using var client = new MemoryTransport("HTTP/1.1 204 \r\n\r\n"u8.ToArray()).CreateClient();
        var exchange = new UpstreamExchange();
        var head = exchange.Begin(Heads.Origin, "GET", asksForUpgrade: false);
        head.Begin("GET", "/"u8);
        head.Header("Authorization", "Bearer ", Encoding.ASCII.GetBytes(Key));
        head.End();
        await client.SendAsync(exchange, default, default);
        await exchange.EndAsync();

        // The pool gives a thread back what it gave last.
        var buffer = ArrayPool<byte>.Shared.Rent(Http1Limits.BufferBytes);
        Assert.DoesNotContain(Key, Encoding.ASCII.GetString(buffer), StringComparison.Ordinal);
        Assert.Equal(-1, buffer.AsSpan().IndexOf("secret"u8));
    }

    internal static async Task<(string Body, bool IsWhole)> ReadAsync(UpstreamExchange exchange, int room)
    {
        var body = new StringBuilder();
        var memory = new byte[room];
        int read;
        do
        {
            await exchange.WaitAsync();
            read = await exchange.ReadAsync(memory);
            body.Append(Encoding.ASCII.GetString(memory, 0, Math.Max(0, read)));
        }
        while (read > 0);
        return (body.ToString(), read == 0);
    }

    private static async Task<int> WaitAsync(UpstreamExchange exchange) => await exchange.WaitAsync() ? 1 : -1;

    private static async ValueTask<UpstreamTransport> NeverAsync(UpstreamOrigin origin, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException();
    }

    /// <summary>A body until the end of the connection, which comes when it is given up.</summary>
    private sealed class EndingTransport : UpstreamTransport
    {
        private readonly TaskCompletionSource<int> _end = new();
        private bool _isAnswered;

        public override ValueTask<int> ReceiveAsync(Memory<byte> memory)
        {
            if (_isAnswered)
            {
                return new ValueTask<int>(_end.Task);
            }

            _isAnswered = true;
            "HTTP/1.1 200 OK\r\n\r\n"u8.CopyTo(memory.Span);
            return new ValueTask<int>("HTTP/1.1 200 OK\r\n\r\n"u8.Length);
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> memory) => default;

        public override bool IsQuiet() => false;

        public override Stream Open() => throw new NotSupportedException();

        public override void Abort() => _end.TrySetResult(0);

        public override void Dispose() => Abort();
    }

    /// <summary>Answers once; then its sends fail, at once or a moment later.</summary>
    private sealed class FailingTransport(bool atOnce) : UpstreamTransport
    {
        private readonly TaskCompletionSource _failing = new();
        private int _sends;

        public void Fail() => _failing.TrySetException(new IOException());

        public override ValueTask<int> ReceiveAsync(Memory<byte> memory)
        {
            var answer = "HTTP/1.1 204 \r\n\r\n"u8;
            answer.CopyTo(memory.Span);
            return new ValueTask<int>(answer.Length);
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> memory) =>
            _sends++ == 0 ? default : atOnce ? ValueTask.FromException(new IOException()) : new ValueTask(_failing.Task);

        public override bool IsQuiet() => true;

        public override Stream Open() => throw new NotSupportedException();

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}
