using Lava.Testing.Loopback;

namespace Lava.Benchmarks.Gateway;

/// <summary>One client and one provider around a gateway: makes calls one after the other, and allocates nothing for them.</summary>
internal sealed class CallDriver : IDisposable
{
    private const int ConfirmEvery = 8;
    private readonly LoopbackGateway _gateway;
    private readonly LoopbackConnection _client;
    private readonly LoopbackConnection _direct;
    private readonly byte[] _json;
    private readonly byte[] _stream;
    private int _rounds;

    public CallDriver(LoopbackGateway gateway)
    {
        _gateway = gateway;
        _client = gateway.Connect();
        _direct = LoopbackConnection.Connect(gateway.Provider.Port);
        _json = LoopbackMessages.JsonRequest(gateway.Token);
        _stream = LoopbackMessages.StreamRequest(gateway.Token, usage: true);
    }

    /// <summary>Calls without the gateway.</summary>
    public void Direct(int calls) => Call(_direct, calls);

    /// <summary>Calls with 1 KB of JSON each way.</summary>
    public void Call(int calls)
    {
        Call(_client, calls);
        if (++_rounds % ConfirmEvery == 0)
        {
            // What PostgreSQL's flusher does in the server: the disk does not fill up.
            _gateway.ConfirmJournal();
        }
    }

    /// <summary>One stream, whose events travel alone.</summary>
    public void Stream(int chunks)
    {
        _gateway.Provider.Chunks = chunks;
        _client.Send(_stream);
        for (var i = 0; i < chunks; i++)
        {
            _gateway.Provider.Next();
            Received(_client.TryReceiveUntil(LoopbackMessages.EventMark));
        }

        Received(_client.TryReceiveUntil(LoopbackMessages.EndMark));
    }

    public void Dispose()
    {
        _client.Dispose();
        _direct.Dispose();
        _gateway.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Call(LoopbackConnection connection, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            connection.Send(_json);
            Received(connection.TryReceive(out _));
        }
    }

    private static void Received(bool received)
    {
        if (!received)
        {
            throw new InvalidOperationException("The connection was closed.");
        }
    }
}
