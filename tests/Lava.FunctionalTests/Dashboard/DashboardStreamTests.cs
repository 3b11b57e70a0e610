using System.Diagnostics;
using System.Net;
using Lava.FunctionalTests.Billing;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Postgres;
using Npgsql;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>What takes its time, over real sockets: streams of events, and pages whose figures are looked up for long.</summary>
[Collection(DashboardCollection.Name)]
public sealed class DashboardStreamTests(FaultServer postgres)
{
    // Less than the time that a stop gives running calls, and enough for a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // A thread that polls sockets and waits for one of them waits for as long as Npgsql tries to connect.
    private static readonly TimeSpan HeldUp = TimeSpan.FromSeconds(PostgresDataSource.ConnectSeconds) - TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Pages_WhoseReadersLeave_HoldUpNobody()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", await postgres.CreateDatabaseAsync() + ";Pooling=true");
        using var client = Create(lava.Url);
        await SignInAsync(client, lava.Url);

        // Statements are cancelled at every point of their way: a reader that stays is served meanwhile, and so are those who come in new.
        for (var ms = 0; ms < 60; ms++)
        {
            using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(ms / 4.0));
            var left = Enumerable.Range(0, 3).Select(_ => LeftAsync(client, "/dashboard/test/overview/series", leave.Token)).ToList();
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/dashboard/test/overview"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/healthz"));
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, HeldUp);
            await Task.WhenAll(left);
        }
    }

    [Fact]
    public async Task Stop_WhilePagesAreOpen_DoesNotWaitForThem()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", await postgres.CreateDatabaseAsync() + ";Pooling=true");
        using var client = Create(lava.Url);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/dashboard/test/overview/live"));
        await SignInAsync(client, lava.Url);
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

    [Fact]
    public async Task Overview_WhoseFiguresTakeLong_SendsItsFrameFirst()
    {
        using var directory = new TemporaryDirectory();
        var database = await postgres.CreateDatabaseAsync();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(directory, simulator, "--postgres", database + ";Pooling=true");
        using var client = Create(lava.Url);
        await SignInAsync(client, lava.Url);
        await using var holder = new NpgsqlConnection(database);
        await holder.OpenAsync();

        var whole = await LookAsync(async () => await RunAsync(holder, "rollback"));
        var failed = await LookAsync(async () =>
        {
            const string Cancel =
                """
                select count(pg_cancel_backend(pid)) from pg_stat_activity
                where datname = current_database() and application_name = 'lava dashboard' and wait_event_type = 'Lock'
                """;
            await BilledCustomer.UntilAsync(async () => (long)(await RunAsync(holder, Cancel))! > 0);
        });
        await RunAsync(holder, "rollback");

        Assert.Contains("No calls yet", whole, StringComparison.Ordinal);
        Assert.Contains("This takes too long to look through", failed, StringComparison.Ordinal);
        Assert.Contains("Try again</a>", failed, StringComparison.Ordinal);

        // The rest of a page whose frame came while its figures could not be read.
        async Task<string> LookAsync(Func<Task> goOnAsync)
        {
            await RunAsync(holder, "begin; lock table usage_totals");
            using var answer = await client.GetAsync(
                new Uri("/dashboard/test/overview", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Limit);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var policy = answer.Headers.GetValues("content-security-policy").Single();
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            string line;
            do
            {
                line = Assert.IsType<string>(await reader.ReadLineAsync().WaitAsync(Limit));
            }
            while (!line.Contains("Overview</bdi></h1>", StringComparison.Ordinal));

            await goOnAsync();
            var rest = await reader.ReadToEndAsync().WaitAsync(Limit);
            Assert.EndsWith("</html>", rest.TrimEnd(), StringComparison.Ordinal);
            return rest;
        }
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static HttpClient Create(string url) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };

    private static async Task SignInAsync(HttpClient client, string url)
    {
        client.DefaultRequestHeaders.Add("Origin", url);
        using var signedIn = await client.PostAsync(
            new Uri("/dashboard/sign-in", UriKind.Relative),
            new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = LavaFixture.SecretKey }));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
    }

    private static async Task LeftAsync(HttpClient client, string path, CancellationToken leave)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), leave);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // As it was meant.
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }
}
