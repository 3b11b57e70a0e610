using System.Globalization;

namespace Lava.Server.Demo;

/// <summary>What the demonstration's webhooks lead to: two addresses on this machine, of which the second fails now and then.</summary>
internal sealed class DemoReceiver : IAsyncDisposable
{
    /// <summary>What people call the webhooks.</summary>
    public static readonly IReadOnlyList<string> Names = ["Application", "Accounting"];

    // One in so many fails, and is sent again later.
    private const int FailsEach = 6;
    private const long BodyMax = 1 << 20;
    private readonly WebApplication _app;
    private int _received;

    private DemoReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = BodyMax);
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The webhooks: what people call them, and where they lead.</summary>
    public (string Name, string Url)[] Webhooks { get; private set; } = [];

    /// <summary>Listens on a free port.</summary>
    public static async Task<DemoReceiver> StartAsync()
    {
        var receiver = new DemoReceiver();
        await receiver._app.StartAsync();
        var url = receiver._app.Urls.First();
        receiver.Webhooks = [.. Names.Select(name => (name, $"{url}{PathOf(name)}"))];
        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Where a webhook leads on the host that receives it.</summary>
    public static string PathOf(string name) => $"/{name.ToLowerInvariant()}";

    private Task AnswerAsync(HttpContext http)
    {
        var isFailing = http.Request.Path == PathOf(Names[^1]) && Interlocked.Increment(ref _received) % FailsEach == 0;
        http.Response.StatusCode = isFailing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status204NoContent;
        return isFailing
            ? http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"Try again: entry {_received} is locked."))
            : Task.CompletedTask;
    }
}
