using System.Net;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>Streams of events over real sockets.</summary>
[Collection(DashboardCollection.Name)]
public sealed class DashboardStreamTests(FaultServer postgres)
{
    // Less than the time that a stop gives running calls, and enough for a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Stop_WhilePagesAreOpen_DoesNotWaitForThem()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", await postgres.CreateDatabaseAsync() + ";Pooling=true");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri(lava.Url),
        };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/dashboard/test/overview/live"));
        client.DefaultRequestHeaders.Add("Origin", lava.Url);
        using var signedIn = await client.PostAsync(
            new Uri("/dashboard/sign-in", UriKind.Relative),
            new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = LavaFixture.SecretKey }));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/dashboard/nothing/overview/live"));
        using var stream = await client.GetAsync(
            new Uri("/dashboard/test/overview/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType!.ToString());
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.Equal("retry: 3000", await reader.ReadLineAsync());
        await reader.ReadLineAsync();
        Assert.Equal("event: series", await reader.ReadLineAsync());

        lava.Signal();

        await reader.ReadToEndAsync().WaitAsync(Limit);
        Assert.Equal(0, await lava.ExitedAsync().WaitAsync(Limit));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }
}
