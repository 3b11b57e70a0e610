using Lava.Billing.Payments.Stripe;

namespace Lava.Server.Configuration;

/// <summary>The settings of Stripe's account: three belong together and are of one mode.</summary>
internal static class StripeSettings
{
    private static readonly string[] SecretKeys = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"];
    private static readonly string[] PublishableKeys = ["pk_test_", "pk_live_"];
    private static readonly string[] WebhookSecrets = ["whsec_"];

    /// <summary>The account; null: there is none. Every error goes into the parser's list.</summary>
    public static StripeOptions? Read(SettingParser parser)
    {
        var secret = parser.Text(ServeSettings.StripeSecretKey);
        var publishable = parser.Text(ServeSettings.StripePublishableKey);
        var webhooks = parser.Texts(ServeSettings.StripeWebhookSecret);
        var url = ReadUrl(parser);
        if (secret is null && publishable is null && webhooks.Length == 0)
        {
            return null;
        }

        // All of them are looked at: one start tells of every error.
        var isRight = Expect(parser, ServeSettings.StripeSecretKey, secret is null ? [] : [secret], SecretKeys)
            & Expect(parser, ServeSettings.StripePublishableKey, publishable is null ? [] : [publishable], PublishableKeys)
            & Expect(parser, ServeSettings.StripeWebhookSecret, webhooks, WebhookSecrets);
        if (!isRight || url is null)
        {
            return null;
        }

        if (StripeOptions.IsLiveKey(secret!) != StripeOptions.IsLiveKey(publishable!))
        {
            parser.Add(ServeSettings.StripePublishableKey, ": it must be of the same mode as the secret key, both live or both test.");
            return null;
        }

        return new StripeOptions(secret!, publishable!, webhooks, url);
    }

    private static bool Expect(SettingParser parser, Setting setting, string[] values, string[] prefixes)
    {
        const int MinLength = 16;
        const int MaxLength = 255;
        var isRight = values.Length > 0 && values.All(value =>
            value.Length is >= MinLength and <= MaxLength
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '/' or '=')
            && prefixes.Any(prefix => value.StartsWith(prefix, StringComparison.Ordinal)));
        if (values.Length == 0)
        {
            parser.Add(setting, $": {setting.Name} must be given too: Stripe's settings belong together.");
        }
        else if (!isRight)
        {
            // A secret key may have been given in the place of the publishable one: never repeated.
            parser.Fail(setting, "…", $"what Stripe's dashboard shows, beginning with {string.Join(" or ", prefixes)}");
        }

        return isRight;
    }

    private static Uri? ReadUrl(SettingParser parser)
    {
        var text = parser.Text(ServeSettings.StripeUrl)!;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { PathAndQuery: "/", UserInfo: "", Fragment: "" }
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            return url;
        }

        parser.Fail(ServeSettings.StripeUrl, text, $"an address such as {StripeOptions.DefaultUrl}, http on this machine only");
        return null;
    }
}
