using System.Net;
using System.Text.RegularExpressions;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>The ways in: the printed link, and none where the dashboard is switched off.</summary>
[Collection(DashboardCollection.Name)]
public sealed partial class DashboardAccessTests(FaultServer postgres)
{
    [Fact]
    public async Task Link_LookedAtUsedAndUsedAgain_SignsInOnce()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(directory, simulator, "--postgres", await postgres.CreateDatabaseAsync());
        await lava.PrintedAsync("\nTry:");
        var link = new Uri(LinkPattern().Match(lava.Output).Value);
        using var client = Create(lava.Url);
        using (var other = new HttpRequestMessage(HttpMethod.Post, link) { Headers = { { "Origin", "https://elsewhere.example" } } })
        {
            using var forged = await client.SendAsync(other);
            Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        }

        for (var look = 0; look < 2; look++)
        {
            Assert.Equal((HttpStatusCode.OK, false), await AskAsync(client, HttpMethod.Get, link, lava.Url));
        }

        Assert.Equal((HttpStatusCode.SeeOther, true), await AskAsync(client, HttpMethod.Post, link, lava.Url));
        Assert.Equal((HttpStatusCode.NotFound, false), await AskAsync(client, HttpMethod.Post, link, lava.Url));
        Assert.Equal((HttpStatusCode.NotFound, false), await AskAsync(client, HttpMethod.Get, link, lava.Url));
    }

    [Fact]
    public async Task Off_NoPageIsThereAndNoLinkIsPrinted()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", await postgres.CreateDatabaseAsync(), "--dashboard", "off");
        await lava.PrintedAsync("\nTry:");
        using var client = Create(lava.Url);
        var unknown = await TextAsync(client, "/nothing");
        Assert.StartsWith("NotFound", unknown, StringComparison.Ordinal);
        foreach (var path in new[]
        {
            "/", "/dashboard", "/dashboard/sign-in", "/dashboard/sign-in/link", "/dashboard/test/overview", "/dashboard/operations",
            "/dashboard/nothing",
        })
        {
            Assert.Equal(unknown, await TextAsync(client, path));
        }

        Assert.DoesNotContain("dashboard", lava.Output, StringComparison.OrdinalIgnoreCase);
        using var api = new LavaClient(lava.Url, LavaFixture.SecretKey);
        Assert.NotNull((await api.GetAsync("/v1/customers"))["data"]);
    }

    [Fact]
    public async Task AddressesOfForms_Visited_LeadToThePageAbove()
    {
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(directory, simulator, "--postgres", await postgres.CreateDatabaseAsync());
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(lava.Url) };
        client.DefaultRequestHeaders.Add("Origin", lava.Url);
        Assert.Equal("Unauthorized", await VisitAsync("/customers/x/delete"));
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("key", LavaFixture.SecretKey)]);
        using var signedIn = await client.PostAsync(new Uri("/dashboard/sign-in", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);

        foreach (var (path, page) in new[]
        {
            ("/customers/x/delete", "/customers/x"),
            ("/customers/x/payments/y/review/refund", "/customers/x/payments/y"),
            ("/customers/x/cards/y/default", "/customers/x"),
            ("/pricing/plans/x/bundles", "/pricing/plans/x"),
            ("/pricing/plans/x/bundles/y/delete", "/pricing/plans/x/bundles/y"),
            ("/pricing/meters/a%2Fb%22c/archive/", "/pricing/meters/a%2Fb%22c"),
            ("/pricing/meters/preview", "/pricing"),
            ("/keys/secret/x/delete", "/keys"),
            ("/webhooks/x/deliveries/y/replay", "/webhooks/x/deliveries/y"),
        })
        {
            Assert.Equal((path, page), (path, await VisitAsync(path)));
        }

        async Task<string> VisitAsync(string path)
        {
            using var answer = await client.GetAsync(new Uri($"/dashboard/test{path}", UriKind.Relative));
            var to = answer.Headers.Location?.ToString();
            return to?.StartsWith("/dashboard/test", StringComparison.Ordinal) == true ? to["/dashboard/test".Length..]
                : to ?? $"{answer.StatusCode}";
        }
    }

    private static HttpClient Create(string url) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(url) };

    private static async Task<(HttpStatusCode Status, bool SignsIn)> AskAsync(HttpClient client, HttpMethod method, Uri link, string origin)
    {
        using var request = new HttpRequestMessage(method, link) { Headers = { { "Origin", origin } } };
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.Contains("Set-Cookie"));
    }

    private static async Task<string> TextAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    [GeneratedRegex(@"http://\S+/dashboard/sign-in/\S+")]
    private static partial Regex LinkPattern();
}
