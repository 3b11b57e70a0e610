using Lava.Billing.Payments.Stripe;
using Lava.Server.Configuration;

namespace Lava.Tests.Server.Configuration;

public sealed class StripeSettingsTests
{
    private const string Secret = "sk_test_0123456789abcdef";
    private const string Publishable = "pk_test_0123456789abcdef";
    private const string Webhook = "whsec_0123456789abcdef";

    [Theory]
    [InlineData("sk_test_0123456789abcdef", "pk_test_0123456789abcdef", false)]
    [InlineData("rk_live_0123456789abcdef", "pk_live_0123456789abcdef", true)]
    public void Read_AllThree_IsAnAccount(string secret, string publishable, bool isLive)
    {
        var (stripe, errors) = Read(secret, publishable, $"{Webhook};whsec_fedcba9876543210");
        Assert.Empty(errors);
        Assert.Equal((secret, publishable, isLive), (stripe!.SecretKey, stripe.PublishableKey, stripe.IsLive));
        Assert.Equal([Webhook, "whsec_fedcba9876543210"], stripe.WebhookSecrets);
        Assert.Equal(StripeOptions.DefaultUrl + "/", stripe.Url.ToString());
    }

    [Fact]
    public void Read_None_IsNoAccount()
    {
        var (stripe, errors) = Read(null, null, null);
        Assert.Null(stripe);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(Secret, null, null, "stripe-publishable-key must be given", "stripe-webhook-secret must be given")]
    [InlineData(null, Publishable, Webhook, "stripe-secret-key must be given")]
    [InlineData(Secret, Publishable, null, "stripe-webhook-secret must be given")]
    [InlineData(Secret, "pk_live_0123456789abcdef", Webhook, "of the same mode")]
    [InlineData(
        Publishable, Secret, Webhook, "LAVA_STRIPE_SECRET_KEY: the value is not valid", "LAVA_STRIPE_PUBLISHABLE_KEY: '…' is not valid")]
    [InlineData("sk_test_short", Publishable, Webhook, "LAVA_STRIPE_SECRET_KEY: the value is not valid")]
    [InlineData("sk_test_0123456789ab cdef", Publishable, Webhook, "LAVA_STRIPE_SECRET_KEY: the value is not valid")]
    [InlineData(Secret, Publishable, "whsec_0123456789abcdef;0123456789abcdef", "LAVA_STRIPE_WEBHOOK_SECRET: the value is not valid")]
    public void Read_SomeOrWrong_TellsOfEachAndRepeatsNone(string? secret, string? publishable, string? webhook, params string[] expected)
    {
        var (stripe, errors) = Read(secret, publishable, webhook);
        Assert.Null(stripe);
        Assert.Equal(expected.Length, errors.Count);
        Assert.All(expected.Zip(errors), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains("0123456789", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1234", true)]
    [InlineData("https://stripe.example.org", true)]
    [InlineData("http://stripe.example.org", false)]
    [InlineData("https://user@stripe.example.org", false)]
    [InlineData("https://stripe.example.org/v1", false)]
    [InlineData("ftp://127.0.0.1", false)]
    [InlineData("stripe", false)]
    public void Read_Url_IsOverTlsOrOnThisMachine(string url, bool isRight)
    {
        var (stripe, errors) = Read(Secret, Publishable, Webhook, url);
        Assert.Equal(isRight, stripe is not null);
        Assert.Equal(isRight ? 0 : 1, errors.Count);
    }

    [Fact]
    public void Options_AsText_TellNoKey()
    {
        var text = Read(Secret, Publishable, Webhook).Stripe!.ToString();
        Assert.DoesNotContain("0123456789", text, StringComparison.Ordinal);
    }

    private static (StripeOptions? Stripe, List<string> Errors) Read(
        string? secret, string? publishable, string? webhook, string? url = null)
    {
        var environment = new Dictionary<string, string?>
        {
            ["LAVA_STRIPE_SECRET_KEY"] = secret,
            ["LAVA_STRIPE_PUBLISHABLE_KEY"] = publishable,
            ["LAVA_STRIPE_WEBHOOK_SECRET"] = webhook,
            ["LAVA_STRIPE_URL"] = url,
        };
        List<string> errors = [];
        var options = ServeOptions.Read(new SettingSources([], name => environment.GetValueOrDefault(name), null, errors), errors);
        return (options.Stripe, errors);
    }
}
