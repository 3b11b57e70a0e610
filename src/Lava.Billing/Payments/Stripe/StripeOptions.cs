namespace Lava.Billing.Payments.Stripe;

/// <summary>An account at Stripe.</summary>
/// <param name="SecretKey">The key of servers, or a restricted one.</param>
/// <param name="PublishableKey">The key of pages.</param>
/// <param name="WebhookSecrets">Secrets of the webhook endpoint, several while one takes the other's place; one at least.</param>
/// <param name="Url">Where its API is.</param>
public sealed record StripeOptions(string SecretKey, string PublishableKey, IReadOnlyList<string> WebhookSecrets, Uri Url)
{
    /// <summary>Where Stripe's API is.</summary>
    public const string DefaultUrl = "https://api.stripe.com";

    /// <summary>Are the keys live ones? They take real money, of live merchants' customers alone.</summary>
    public bool IsLive => IsLiveKey(SecretKey);

    /// <summary>
    /// The script with which pages take cards: Stripe's own of the API's version; whatever stands in for Stripe serves one beside its API.
    /// </summary>
    public string ScriptUrl => Url.AbsoluteUri.TrimEnd('/') == DefaultUrl
        ? "https://js.stripe.com/endive/stripe.js"
        : new Uri(Url, "/stub/stripe.js").AbsoluteUri;

    /// <summary>Bounds of calls.</summary>
    public StripeLimits Limits { get; init; } = new();

    /// <summary>Is a key of any kind a live one?</summary>
    public static bool IsLiveKey(string key) => key.Split('_') is [_, "live", ..];

    /// <summary>Without the secrets: records that are logged tell all they have.</summary>
    public override string ToString() => $"StripeOptions {Url} {(IsLive ? "live" : "test")}";
}
