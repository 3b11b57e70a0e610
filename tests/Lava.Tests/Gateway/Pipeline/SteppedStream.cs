using System.IO.Compression;
using System.Text;
using Lava.Gateway;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>
/// A stream of which each part is sent when the test says so, on a clock that the test moves. The gateway writes exactly one PROGRESS
/// for each move by an interval, if it has something to do after it: time stands still between two moves.
/// </summary>
internal sealed class SteppedStream
{
    public const int Parts = 4;

    private readonly SemaphoreSlim _next = new(0);

    /// <summary>The clock.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>What each part is; its number takes the place of "hello".</summary>
    public string Part { get; init; } = Bodies.Text;

    /// <summary>What follows the parts.</summary>
    public string Last { get; init; } = Bodies.UsageChunk + Bodies.Done;

    /// <summary>Send it all as gzip?</summary>
    public bool Compressed { get; init; }

    /// <summary>Break the connection off instead of ending the body?</summary>
    public bool Cut { get; init; }

    /// <summary>Limits that never pass, and a PROGRESS that often.</summary>
    public GatewaySetup Setup(TimeSpan? interval = null) => new()
    {
        Time = Time,
        Options = new GatewayOptions
        {
            FirstByteTimeout = TimeSpan.MaxValue / 1000,
            IdleTimeout = TimeSpan.MaxValue / 1000,
            TotalTimeout = TimeSpan.MaxValue / 1000,
            DrainTimeout = TimeSpan.MaxValue / 1000,
            ProgressInterval = interval ?? GatewayLimits.ProgressInterval,
        },
    };

    /// <summary>The provider's side.</summary>
    public async Task SendAsync(ScriptedExchange exchange)
    {
        var encoding = Compressed ? "Content-Encoding: gzip\r\n" : "";
        await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{encoding}Transfer-Encoding: chunked\r\n\r\n");
        foreach (var part in Encode())
        {
            await exchange.SendAsync(part);
            await _next.WaitAsync();
        }

        if (Cut)
        {
            exchange.Reset();
            return;
        }

        await exchange.SendAsync("0\r\n\r\n");
    }

    /// <summary>Lets so many more parts go.</summary>
    public void Next(int parts = 1) => _next.Release(parts);

    /// <summary>The client's side: receives all parts, and moves the clock before each but the first.</summary>
    public async Task ReceiveAsync(RawClient client, TimeSpan? step = null)
    {
        for (var i = 0; i < Parts; i++)
        {
            if (i > 0)
            {
                Time.Advance(step ?? GatewayLimits.ProgressInterval);
                Next();
            }

            Assert.True(await client.ReceiveUntilAsync($"part{i}"));
        }
    }

    /// <summary>The client's side: lets the rest come.</summary>
    public Task<string> EndAsync(RawClient client)
    {
        Next(2);
        return client.ReceiveAllAsync();
    }

    // Without compression proper the texts can be seen in it.
    private IEnumerable<byte[]> Encode()
    {
        using var bytes = new MemoryStream();
        using var gzip = new GZipStream(bytes, CompressionLevel.NoCompression);
        Stream target = Compressed ? gzip : bytes;
        for (var i = 0; i <= Parts; i++)
        {
            var text = i == Parts ? Last : Part.Replace("hello", $"part{i}", StringComparison.Ordinal);
            target.Write(Encoding.UTF8.GetBytes(text));
            target.Flush();
            yield return Chunk(bytes.ToArray());
            bytes.SetLength(0);
        }
    }

    private static byte[] Chunk(byte[] bytes) => [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8];
}
