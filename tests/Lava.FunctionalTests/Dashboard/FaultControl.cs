using System.Net;
using System.Net.Sockets;
using Lava.FunctionalTests.Faults;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>Lets a test that is written in JavaScript say when PostgreSQL is away: one address for each fault.</summary>
internal sealed class FaultControl : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, Action> _faults;
    private readonly Task _answering;

    public FaultControl(PostgresProxy proxy)
    {
        _faults = new Dictionary<string, Action>
        {
            ["/stall"] = proxy.Stall,
            ["/flow"] = proxy.Flow,
            ["/cut"] = proxy.Cut,
            ["/cut-commit"] = proxy.CutCommit,
        };
        Url = Listen();
        _answering = AnswerAsync();
    }

    /// <summary>Base address, without a final slash.</summary>
    public string Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    // A listener of HTTP takes no port 0.
    private string Listen()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        _listener.Prefixes.Add($"{url}/");
        _listener.Start();
        return url;
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var call = await _listener.GetContextAsync();
                var isKnown = _faults.TryGetValue(call.Request.Url!.AbsolutePath, out var fault);
                fault?.Invoke();
                call.Response.StatusCode = (int)(isKnown ? HttpStatusCode.OK : HttpStatusCode.NotFound);
                call.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
