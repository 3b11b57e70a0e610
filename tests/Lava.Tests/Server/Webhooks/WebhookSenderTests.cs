using System.Net;
using System.Security.Cryptography;
using System.Text;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Server.Api.Webhooks;
using Lava.Server.Hosting;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Server.Webhooks;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private const string Cure = "others only where the server was started with --allow-private-webhooks true";
    private const string NotPublic = "must lead to a public address: " + Cure;
    private const string NoTls = "must begin with https://: " + Cure;
    private const string NoUrl = "must be an https URL: https://example.com/lava";
    private const string NoUser = "must have no user name, password or fragment";
    private const string EventId = "evt_test_01K0000000000000000000001A";
    private static readonly WebhookTargets Own = new(AllowsPrivate: true);
    private static readonly byte[] Body = """{"event":"customer.created","data":{"name":"Zoë"}}"""u8.ToArray();
    private readonly WebhookSecrets _secrets = new(new SecretCipher(new byte[32]));
    private HookListener _hook = null!;

    public async Task InitializeAsync() => _hook = await HookListener.StartAsync();

    public async Task DisposeAsync() => await _hook.DisposeAsync();

    [Fact]
    public async Task Send_Delivery_CarriesBothSignaturesOfTheExactBytes()
    {
        var time = new ManualTime();
        using var sender = new WebhookSender(_secrets, Own, time);
        var secret = WebhookSecrets.New();

        var outcome = await sender.SendAsync(Delivery(_hook.Url + "/in?x=1", secret), default);

        var call = await _hook.NextAsync();
        Assert.Equal((200, null), (outcome.Status, outcome.Error));
        Assert.Equal(("POST", "/in?x=1"), (call.Method, call.Path));
        Assert.Equal(("application/json", "lava"), (call.Headers["content-type"], call.Headers["user-agent"]));
        Assert.Equal(Body, call.Body);

        // By the words of either scheme, not by the code that signs.
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        Assert.Equal(
            Convert.ToHexStringLower(new HMACSHA256(Encoding.UTF8.GetBytes(secret)).ComputeHash(Body)),
            call.Headers["X-Webhook-Signature"]);
        Assert.Equal((EventId, $"{timestamp}"), (call.Headers["webhook-id"], call.Headers["webhook-timestamp"]));
        byte[] message = [.. Encoding.UTF8.GetBytes($"{EventId}.{timestamp}."), .. Body];
        var signature = Convert.ToBase64String(new HMACSHA256(Convert.FromBase64String(secret[6..])).ComputeHash(message));
        Assert.Equal($"v1,{signature}", call.Headers["webhook-signature"]);
        Assert.DoesNotContain(call.Headers.Keys, name => name.Equals("traceparent", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(500, "it broke")]
    [InlineData(302, "elsewhere")]
    [InlineData(410, "gone")]
    public async Task Send_AnyStatus_IsToldAndNoRedirectIsFollowed(int status, string text)
    {
        _hook.Answer = (_, http) =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = _hook.Url + "/metadata";
            return text.Length == 0 ? Task.CompletedTask : http.Response.WriteAsync(text + new string('x', 5_000));
        };
        using var sender = new WebhookSender(_secrets, Own, TimeProvider.System);

        var outcome = await sender.SendAsync(Delivery(_hook.Url), default);

        Assert.Equal(status, outcome.Status);
        Assert.Equal(status == 204, outcome.IsTaken);
        Assert.Equal(status == 410, outcome.IsGone);
        Assert.Single(_hook.All);
        if (text.Length > 0)
        {
            Assert.Equal(WebhookLimits.KeptAnswer, outcome.Error!.Length);
            Assert.StartsWith(text, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Send_TargetThatHangs_EndsAtItsLimit()
    {
        var release = new TaskCompletionSource();
        _hook.Answer = (_, _) => release.Task;
        using var sender = new WebhookSender(_secrets, Own, new FastTime());

        var outcome = await sender.SendAsync(Delivery(_hook.Url), default).WaitAsync(TimeSpan.FromSeconds(20));

        release.SetResult();
        Assert.Null(outcome.Status);
        Assert.Equal("No answer within 15 s.", outcome.Error);
    }

    [Fact]
    public async Task Send_RefusalWhoseTextHangs_KeepsItsStatus()
    {
        var release = new TaskCompletionSource();
        _hook.Answer = async (_, http) =>
        {
            http.Response.StatusCode = 410;
            await http.Response.Body.FlushAsync();
            await release.Task;
        };
        using var sender = new WebhookSender(_secrets, Own, new FastTime());

        var outcome = await sender.SendAsync(Delivery(_hook.Url), default).WaitAsync(TimeSpan.FromSeconds(20));

        release.SetResult();
        Assert.True(outcome.IsGone);
    }

    [Fact]
    public async Task Send_NobodyListens_IsAFailureNotAnException()
    {
        var url = _hook.Url;
        await _hook.DisposeAsync();
        using var sender = new WebhookSender(_secrets, Own, TimeProvider.System);

        var outcome = await sender.SendAsync(Delivery(url), default);

        Assert.Null(outcome.Status);
        Assert.NotEmpty(outcome.Error!);
    }

    [Fact]
    public async Task Send_SecretOfAnotherMasterKey_SendsNothing()
    {
        using var sender = new WebhookSender(new WebhookSecrets(new SecretCipher([1, .. new byte[31]])), Own, TimeProvider.System);

        var outcome = await sender.SendAsync(Delivery(_hook.Url), default);

        Assert.Contains("master key", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_hook.All);
    }

    /// <summary>The address that a name leads to decides at each connection, whatever the name and whatever was checked before.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.3.4")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("64:ff9b::7f00:1")]
    public async Task Send_NameThatLeadsToAPrivateAddress_IsNotConnected(string address)
    {
        var live = Connector(WebhookTargets.PublicOnly, address);
        using var sender = new WebhookSender(_secrets, live, TimeProvider.System);
        var port = new Uri(_hook.Url).Port;

        var outcome = await sender.SendAsync(Delivery($"https://innocent.example:{port}/", isTest: false), default);

        Assert.Null(outcome.Status);
        Assert.Contains($"innocent.example has no public address with https: {Cure}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NameThatChangesItsAddress_IsAskedOnceForEachConnection()
    {
        var asked = 0;
        var connector = new WebhookConnector(WebhookTargets.PublicOnly)
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(++asked == 1 ? "127.0.0.1" : "169.254.169.254")]),
        };
        using var sender = new WebhookSender(_secrets, connector, TimeProvider.System);

        for (var i = 1; i <= 2; i++)
        {
            Assert.Null((await sender.SendAsync(Delivery("https://turns.example/", isTest: false), default)).Status);
            Assert.Equal(i, asked);
        }

        Assert.Empty(_hook.All);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    public async Task Send_Loopback_OnlyWhereTheOperatorSays(bool allowsPrivate, bool isTest, bool expected)
    {
        using var sender = new WebhookSender(_secrets, new WebhookTargets(allowsPrivate), TimeProvider.System);

        var outcome = await sender.SendAsync(Delivery(_hook.Url, isTest: isTest), default);

        Assert.Equal(expected, outcome.IsTaken);
        Assert.Equal(expected ? 1 : 0, _hook.All.Count);
    }

    [Theory]
    [InlineData("https://example.com/hook?a=b", null, null)]
    [InlineData("http://example.com/hook", NoTls, null)]
    [InlineData("http://127.0.0.1:9/hook", NotPublic, null)]
    [InlineData("https://localhost/hook", NotPublic, null)]
    [InlineData("https://[::1]/hook", NotPublic, null)]
    [InlineData("https://0x7f.1/", NotPublic, null)]
    [InlineData("https://2130706433/", NotPublic, null)]
    [InlineData("https://[::ffff:10.0.0.1]/", NotPublic, null)]
    [InlineData("https://169.254.169.254/latest", NotPublic, null)]
    [InlineData("http://8.8.8.8/", NoTls, null)]
    [InlineData("https://8.8.8.8/", null, null)]
    [InlineData("https://user:pw@example.com/", NoUser, NoUser)]
    [InlineData("https://example.com/#part", NoUser, NoUser)]
    [InlineData("ftp://example.com/", NoUrl, NoUrl)]
    [InlineData("/hook", NoUrl, NoUrl)]
    [InlineData("https://", NoUrl, NoUrl)]
    public void Check_Url_SaysWhatIsWrong(string url, string? usually, string? whereAllowed)
    {
        Assert.Equal(usually, WebhookTargets.PublicOnly.Check(url));
        Assert.Equal(whereAllowed, Own.Check(url));
    }

    private static WebhookConnector Connector(WebhookTargets targets, string address) => new(targets)
    {
        Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]),
    };

    private WebhookDelivery Delivery(string url, string? secret = null, bool isTest = true)
    {
        var (merchant, webhook) = (Ids.New(TimeProvider.System), Ids.New(TimeProvider.System));
        var box = _secrets.Seal(merchant, webhook, secret ?? WebhookSecrets.New());
        var target = new WebhookTarget(webhook, merchant, isTest, url, _secrets.KeyId, box);
        return new WebhookDelivery(1, target, EventId, Body, 1, DateTimeOffset.UnixEpoch);
    }

    /// <summary>The system's clock, on which limits come four times as soon.</summary>
    private sealed class FastTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime / 4, period);
    }
}
