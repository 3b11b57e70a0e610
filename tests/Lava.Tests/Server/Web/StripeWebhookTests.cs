using System.Text;
using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Server.Web;
using Lava.Testing.Gateway;
using Lava.Testing.Stripe;
using Lava.Tests.Billing.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lava.Tests.Server.Web;

public sealed class StripeWebhookTests : IAsyncLifetime
{
    private const string NewSecret = "whsec_the_next_one";
    private readonly ManualTime _time = new();
    private readonly MemoryEventStore _store = new();
    private readonly RecordedLog _log = new();
    private StripeAccount _account = null!;
    private WebApplication _app = null!;
    private string _url = "";

    public async Task InitializeAsync()
    {
        _account = await StripeAccount.OpenAsync(_time);
        var options = _account.Options with { WebhookSecrets = [StripeStandIn.WebhookSecret, NewSecret] };
        _app = await ServeAsync(new StripeWebhook(options, _store, _time, _log));
        _url = _app.Urls.First() + StripeWebhook.Path;
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _account.DisposeAsync();
    }

    [Fact]
    public async Task Post_EventsOfAPurchase_AreKeptByFiveValuesAlone()
    {
        _account.StandIn.Webhooks.Add(_url, StripeStandIn.WebhookSecret);
        var paid = await _account.PayAsync(_account.Order());

        var statuses = await _account.StandIn.Webhooks.DeliverAsync();

        // payment_intent.created and charge.succeeded are taken and not kept.
        Assert.Equal([200, 200, 200], statuses);
        var kept = Assert.Single(_store.Added);
        Assert.Equal(
            (PaymentProviderKind.Stripe, "payment_intent.succeeded", paid.Reference, _time.GetUtcNow()),
            (kept.Provider, kept.Kind, kept.ObjectReference, kept.CreatedAt));
    }

    [Theory]
    [InlineData(StandInDeliveries.Twice)]
    [InlineData(StandInDeliveries.Shuffled)]
    [InlineData(StandInDeliveries.Now)]
    public async Task Post_TwiceOrInAnyOrder_AreKeptOnce(StandInDeliveries deliveries)
    {
        _account.StandIn.Webhooks.Add(_url, "whsec_of_another_endpoint", NewSecret);
        _account.StandIn.Webhooks.Deliveries = deliveries;
        for (var i = 0; i < 5; i++)
        {
            await _account.PayAsync(_account.Order());
        }

        await _account.StandIn.Webhooks.SettledAsync();
        Assert.All(await _account.StandIn.Webhooks.DeliverAsync(), status => Assert.Equal(200, status));
        Assert.Equal(0, _account.StandIn.Webhooks.Waiting);
        Assert.Equal(5, _store.Added.Count);
    }

    [Fact]
    public async Task Post_StoreIsAway_IsSentAgainUntilItIsKept()
    {
        _account.StandIn.Webhooks.Add(_url, StripeStandIn.WebhookSecret);
        await _account.PayAsync(_account.Order());
        _store.IsAway = true;
        Assert.Equal([200, 200, 503], await _account.StandIn.Webhooks.DeliverAsync());
        _store.IsAway = false;
        Assert.Equal([200], await _account.StandIn.Webhooks.DeliverAsync());
        Assert.Single(_store.Added);
    }

    public static TheoryData<string, int, string> Signatures => new()
    {
        { "right", 200, "received" },
        { "none", 400, "invalid_signature" },
        { "empty", 400, "invalid_signature" },
        { "forged", 400, "invalid_signature" },
        { "of another body", 400, "invalid_signature" },
        { "with another time", 400, "invalid_signature" },
        { "two times", 400, "invalid_signature" },
        { "no time", 400, "invalid_signature" },
        { "time with a sign", 400, "invalid_signature" },
        { "short", 400, "invalid_signature" },
        { "v0", 400, "invalid_signature" },
        { "after sixteen others", 400, "invalid_signature" },
        { "300 s old", 200, "received" },
        { "301 s old", 400, "timestamp_out_of_tolerance" },
        { "301 s ahead", 400, "timestamp_out_of_tolerance" },
        { "of the year 292 billion", 400, "timestamp_out_of_tolerance" },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public async Task Post_EachSignature_IsTakenOnlyIfItIsStripesAndOfNow(string name, int status, string said)
    {
        var body = Body();
        var now = _time.GetUtcNow();
        var right = Sign(body, now);
        string? signature = name switch
        {
            "none" => null,
            "empty" => "",
            "forged" => StandInWebhooks.Sign(body, now, "whsec_of_somebody_else"),
            "of another body" => Sign(body + " ", now),
            "with another time" => right.Replace("t=", "t=1", StringComparison.Ordinal),
            "two times" => $"t=1,{right}",
            "no time" => right[(right.IndexOf(',', StringComparison.Ordinal) + 1)..],
            "time with a sign" => right.Replace("t=", "t=+", StringComparison.Ordinal),
            "short" => right[..^2],
            "v0" => right.Replace("v1=", "v0=", StringComparison.Ordinal),
            "after sixteen others" => Many(right),
            "300 s old" => Sign(body, now.AddSeconds(-300)),
            "301 s old" => Sign(body, now.AddSeconds(-301)),
            "301 s ahead" => Sign(body, now.AddSeconds(301)),
            "of the year 292 billion" => FarAway(body),
            _ => right,
        };

        var (got, answer) = await PostAsync(body, signature);

        Assert.Equal(status, got);
        Assert.Contains(said, answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, _store.Added.Count);
        Assert.Equal(status == 200 ? 0 : 1, _log.Lines.Count);
        Assert.DoesNotContain(
            _log.Lines, line => line.Contains("whsec", StringComparison.Ordinal) || line.Contains("v1", StringComparison.Ordinal));
    }

    public static TheoryData<string, int> Bodies => new()
    {
        { "", 400 }, { "null", 400 }, { "[]", 400 }, { "{", 400 }, { "{}", 400 }, { "\"a\"", 400 },
        { """{"livemode":false}""", 400 },
        { """{"livemode":"false","type":"refund.created"}""", 400 },
        { """{"livemode":false,"type":"refund.created"}""", 400 },
        { """{"livemode":false,"type":"refund.created","id":"evt_1","created":1}""", 400 },
        { """{"livemode":false,"type":"refund.created","id":"evt_1","created":1,"data":{"object":{"id":7}}}""", 400 },
        { """{"livemode":false,"type":"refund.created","id":"evt_1","created":-1,"data":{"object":{"id":"re_1"}}}""", 400 },
        { """{"livemode":false,"type":"refund.created","id":"evt_1","created":9e30,"data":{"object":{"id":"re_1"}}}""", 400 },
        { """{"livemode":false,"type":"refund.created","id":"evt\u0000","created":1,"data":{"object":{"id":"re_1"}}}""", 400 },
        { """{"livemode":false,"type":"refund.created","id":"evt_1","created":1,"data":{"object":{"id":"\ud800"}}}""", 400 },
        { """{"livemode":false,"type":"\ud800","id":"evt_1","created":1,"data":{"object":{"id":"re_1"}}}""", 400 },
        { """{"livemode":true,"type":"refund.created","id":"evt_1","created":1,"data":{"object":{"id":"re_1"}}}""", 200 },
        { """{"livemode":false,"type":"balance.available","id":"evt_1","created":1,"data":{"object":{}}}""", 200 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_WhatIsNoEventOfOurs_IsRefusedOrIgnoredButNeverKept(string body, int status)
    {
        Assert.Equal(status, (await PostAsync(body, Sign(body, _time.GetUtcNow()))).Status);
        Assert.Empty(_store.Added);
    }

    [Fact]
    public async Task Post_TooLarge_IsRefused()
    {
        var fits = Body(new string(' ', StripeWebhook.BytesMax - Body().Length));
        Assert.Equal(200, (await PostAsync(fits, Sign(fits, _time.GetUtcNow()))).Status);
        Assert.Equal(413, (await PostAsync(fits + " ", Sign(fits + " ", _time.GetUtcNow()))).Status);
        Assert.Equal(413, (await PostAsync(fits + " ", Sign(fits + " ", _time.GetUtcNow()), isChunked: true)).Status);
    }

    [Fact]
    public async Task Post_StripeIsNotConfigured_IsNotFound()
    {
        await using var app = await ServeAsync(null);
        using var http = new HttpClient();
        using var response = await http.PostAsync(app.Urls.First() + StripeWebhook.Path, new StringContent("{}"));
        Assert.Equal(404, (int)response.StatusCode);
    }

    private static async Task<WebApplication> ServeAsync(StripeWebhook? webhook)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapStripeWebhook(webhook);
        await app.StartAsync();
        return app;
    }

    private static string Body(string padding = "") =>
        """{"id":"evt_1","livemode":false,"type":"refund.created","created":1788220800,"data":{"object":{"id":"re_1"}}}""" + padding;

    private static string Sign(string body, DateTimeOffset at) => StandInWebhooks.Sign(body, at, StripeStandIn.WebhookSecret);

    private static string Many(string right)
    {
        var others = string.Concat(Enumerable.Repeat($"v1={new string('0', 64)},", StripeSignature.SignaturesMax));
        return right.Replace("v1=", $"{others}v1=", StringComparison.Ordinal);
    }

    private static string FarAway(string body)
    {
        var time = $"{long.MaxValue}";
        var hash = System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(StripeStandIn.WebhookSecret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(hash)}";
    }

    private async Task<(int Status, string Body)> PostAsync(string body, string? signature, bool isChunked = false)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = isChunked ? true : null;
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        }

        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed class RecordedLog : ILogger<StripeWebhook>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception) + exception);
            }
        }
    }
}
