using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Lava.Billing.Checkout;
using Lava.Core;
using Lava.Postgres;
using Lava.Testing.Checkout;
using Microsoft.Extensions.Logging;

namespace Lava.Tests.Server.Web.Checkout;

public sealed class CheckoutRoutesTests : IAsyncLifetime
{
    private static readonly string Visit = new('v', 42);
    private readonly HttpClient _client = new();
    private readonly Lines _log = new();
    private CheckoutServer _server = null!;
    private ScriptedSession _session = null!;

    public async Task InitializeAsync()
    {
        using var logging = LoggerFactory.Create(logging => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));
        _server = await CheckoutServer.StartAsync(logging);
        _session = _server.Checkout.Add(new ScriptedSession { Origin = "https://shop.example:8443/path" });
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();

        // Whatever was asked for, at whatever level: an operator may want to see them all.
        var lines = string.Join('\n', _log.Written);
        Assert.DoesNotContain(_server.Secret(_session), lines, StringComparison.Ordinal);
        Assert.DoesNotContain(Visit, lines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embed/checkout/", "frame-ancestors https://shop.example:8443", null)]
    [InlineData("checkout/", "frame-ancestors 'none'", "DENY")]
    public async Task Get_Page_TellsWhoMayFrameIt(string path, string ancestors, string? frameOptions)
    {
        using var answer = await _client.GetAsync($"{_server.Url}{path}{_server.Secret(_session)}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var policy = Header(answer, "content-security-policy")!.Split("; ");
        Assert.Equal(
            [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "frame-src 'none'",
                "form-action 'none'", "base-uri 'none'", ancestors,
            ],
            policy);
        Assert.Equal(frameOptions, Header(answer, "x-frame-options"));
        Assert.Equal("no-referrer", Header(answer, "referrer-policy"));
        Assert.Equal("nosniff", Header(answer, "x-content-type-options"));
        Assert.Equal("no-store", Header(answer, "cache-control"));
        Assert.Equal("noindex", Header(answer, "x-robots-tag"));
        var document = CheckoutViews.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("https://shop.example:8443", document.DocumentElement.GetAttribute("data-origin"));
        Assert.All(document.QuerySelectorAll("link, script"), element =>
            Assert.StartsWith("../", element.GetAttribute("href") ?? element.GetAttribute("src"), StringComparison.Ordinal));
    }

    // The hosts are those of https://docs.stripe.com/security/guide.
    [Fact]
    public async Task Get_PageOfALiveMerchant_MayUseStripesHosts()
    {
        var live = _server.Checkout.Add(new ScriptedSession { IsTest = false });
        using var answer = await _client.GetAsync($"{_server.Url}checkout/{_server.Secret(live)}");
        Assert.Equal(
            [
                "default-src 'none'", "script-src 'self' https://js.stripe.com https://*.js.stripe.com", "style-src 'self'",
                "img-src 'self'", "connect-src 'self' https://api.stripe.com",
                "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com", "form-action 'none'",
                "base-uri 'none'", "frame-ancestors 'none'",
            ],
            Header(answer, "content-security-policy")!.Split("; "));
    }

    [Fact]
    public async Task Head_Page_IsAsGetWithoutBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"{_server.Url}checkout/{_server.Secret(_session)}");
        using var answer = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
    }

    [Theory]
    [InlineData("embed/checkout/")]
    [InlineData("checkout/")]
    public async Task Get_WrongSecret_IsAPageThatNobodyMayFrame(string path)
    {
        var secret = _server.Secret(_session);
        foreach (var wrong in (string[])[secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A'), "css_test_x", new string('a', 3000)])
        {
            using var answer = await _client.GetAsync($"{_server.Url}{path}{wrong}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.EndsWith("frame-ancestors 'none'", Header(answer, "content-security-policy"), StringComparison.Ordinal);
            Assert.DoesNotContain(wrong, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_SessionThatIsGone_IsNotFound()
    {
        using var answer = await _client.GetAsync($"{_server.Url}checkout/{_server.Secret(new ScriptedSession())}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Post_Acts_GoThroughTheSteps()
    {
        await AssertAsync("state", "{}", 200, "phone");
        await AssertAsync("phone", """{"country":"US","number":"12"}""", 422, "phone");
        await AssertAsync("phone", """{"country":"US","number":"415 555 2671"}""", 200, "code");
        await AssertAsync("code", """{"code":"12"}""", 422, "code");
        await AssertAsync("code", """{"code":"123\u00a0456"}""", 200, "card");
        await AssertAsync("card", """{"token":"pm_card_visa_chargeDeclined"}""", 422, "card");
        await AssertAsync("card", """{"token":"pm_card_visa"}""", 200, "confirm");
        await AssertAsync("choose", "{}", 200, "card");
        await AssertAsync("choose", $$"""{"card":"{{CardId()}}"}""", 200, "confirm");
        await AssertAsync("pay", """{"quoted":"another"}""", 422, "confirm");
        await AssertAsync("pay", $$"""{"quoted":"{{ScriptedCheckout.Quoted}}"}""", 200, "done");
        Assert.Equal(("+14155552671", "US", 1), (_session.Phone, _session.Country, _session.Payments));
    }

    [Fact]
    public async Task Post_ChangeAmount_AsksAgainAndKeepsTheOldOneUntilThen()
    {
        _session = _server.Checkout.Add(new ScriptedSession { Mode = CheckoutMode.TopUp });
        Assert.DoesNotContain("data-act=\"amount\"", await HtmlAsync("change-amount", "{}"), StringComparison.Ordinal);
        await AssertAsync("phone", """{"country":"US","number":"4155552671"}""", 200, "code");
        await AssertAsync("code", """{"code":"123456"}""", 200, "card");
        await AssertAsync("amount", """{"amount":"25"}""", 200, "card");
        await AssertAsync("card", """{"token":"pm_card_visa"}""", 200, "confirm");
        await AssertAsync("change-amount", "{}", 200, "card");
        Assert.Contains("data-act=\"amount\"", await HtmlAsync("change-amount", "{}"), StringComparison.Ordinal);
        foreach (var wrong in (string[])["20000", "abc"])
        {
            var again = await HtmlAsync("amount", $$"""{"amount":"other","other":"{{wrong}}"}""");
            Assert.Contains("id=\"amount-error\"", again, StringComparison.Ordinal);
        }

        Assert.Equal(Money.FromDollars(25), _session.Amount);
        await AssertAsync("amount", """{"amount":"50"}""", 200, "confirm");
        Assert.Equal(Money.FromDollars(50), _session.Amount);
    }

    [Fact]
    public async Task Post_OtherOrigin_ChangesNothing()
    {
        foreach (var origin in (string?[])["https://shop.example:8443", "https://evil.example", "null", null])
        {
            using var answer = await PostAsync("phone", """{"country":"US","number":"4155552671"}""", origin: origin);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Equal(0, _session.Sends);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task Post_WithoutAVisit_ChangesNothing(string visit)
    {
        using var answer = await PostAsync("phone", """{"country":"US","number":"4155552671"}""", visit: visit);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, _session.Sends);
    }

    [Theory]
    [InlineData("text/plain", "{}", 415)]
    [InlineData("application/x-www-form-urlencoded", "number=1", 415)]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", "{", 400)]
    [InlineData("application/json", "{\"a\":\"\\ud800\"}", 200)]
    [InlineData("application/json", "", 200)]
    public async Task Post_Body_IsAJsonObject(string type, string body, int status)
    {
        using var answer = await PostAsync("state", body, type: type);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Post_LongBody_IsRefused()
    {
        using var answer = await PostAsync("state", $$"""{"a":"{{new string('a', 5000)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"code":"4242424242424242"}""")]
    [InlineData("""{"card":"4242 4242 4242 4242"}""")]
    [InlineData("""{"number":"4242-4242-4242-4242"}""")]
    [InlineData("""{"x":4242424242424242}""")]
    [InlineData("""{"token":"378282246310005"}""")]
    public async Task Post_CardNumber_IsRefusedAndNotRepeated(string body)
    {
        using var answer = await PostAsync("card", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("Card numbers are not taken here", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_LongPhone_IsNoCardNumber() =>
        await AssertAsync("phone", """{"country":"AT","number":"+43 664 1234567 891"}""", 200, "code");

    [Fact]
    public async Task Post_UnknownAct_IsNotFound()
    {
        using var answer = await PostAsync("steal", "{}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Get_StoreAway_SaysSoToTheOriginThatWasShown()
    {
        var url = $"{_server.Url}embed/checkout/{_server.Secret(_session)}";
        (await _client.GetAsync(url)).Dispose();
        _server.Checkout.Failure = new StoreUnavailableException("away");
        using var answer = await _client.GetAsync(url);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.EndsWith("frame-ancestors https://shop.example:8443", Header(answer, "content-security-policy"), StringComparison.Ordinal);
        Assert.NotNull(Header(answer, "retry-after"));
        var notice = CheckoutViews.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("https://shop.example:8443", notice.DocumentElement.GetAttribute("data-origin"));
        Assert.Equal(
            Ids.Format(IdPrefix.CheckoutSession, _session.IsTest, _session.Id), notice.DocumentElement.GetAttribute("data-session"));
        Assert.Equal("Close", notice.QuerySelector("button[data-leave]")!.TextContent);
        Assert.EndsWith("/notice.mjs", notice.QuerySelector("script")!.GetAttribute("src"), StringComparison.Ordinal);
        var other = _server.Checkout.Add(new ScriptedSession());
        using var unknown = await _client.GetAsync($"{_server.Url}embed/checkout/{_server.Secret(other)}");
        Assert.EndsWith("frame-ancestors 'none'", Header(unknown, "content-security-policy"), StringComparison.Ordinal);
        Assert.Empty(CheckoutViews.Parse(await unknown.Content.ReadAsStringAsync()).QuerySelectorAll("button, script, [data-origin]"));
    }

    [Fact]
    public async Task Fault_Log_HasNeitherSecretNorBody()
    {
        _server.Checkout.Failure = new InvalidOperationException("broken");
        using var answer = await PostAsync("code", """{"code":"987654"}""");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("broken", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var lines = string.Join('\n', _log.Written);
        Assert.Contains("code failed", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("987654", lines, StringComparison.Ordinal);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? Assert.Single(values) : null;

    private string CardId() => Ids.Format(IdPrefix.PaymentMethod, true, _session.Cards[0].Id);

    private async Task AssertAsync(string act, string body, int status, string step)
    {
        using var answer = await PostAsync(act, body);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{act}: {(int)answer.StatusCode} {html}");
        Assert.Equal(step, Header(answer, "x-checkout-step"));
        Assert.StartsWith("<main", html, StringComparison.Ordinal);
        Assert.Equal("no-store", Header(answer, "cache-control"));
        var isTold = html.Contains("-error\"", StringComparison.Ordinal) || html.Contains("has changed", StringComparison.Ordinal);
        Assert.Equal(status == 422, isTold);
    }

    private async Task<string> HtmlAsync(string act, string body)
    {
        using var answer = await PostAsync(act, body);
        return await answer.Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> PostAsync(
        string act, string body, string? origin = "own", string? visit = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_server.Url}checkout/{_server.Secret(_session)}/{act}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", type);
        request.Headers.TryAddWithoutValidation("x-lava-visit", visit ?? Visit + "A");
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("origin", origin == "own" ? _server.Url.TrimEnd('/') : origin);
        }

        return _client.SendAsync(request);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
