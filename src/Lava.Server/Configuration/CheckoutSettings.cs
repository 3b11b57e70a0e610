using Lava.Billing.Phones;

namespace Lava.Server.Configuration;

/// <summary>The settings of checkouts.</summary>
internal static class CheckoutSettings
{
    /// <summary>Where people reach this server, with a slash at the end; null: not given.</summary>
    public static string? ReadPublicUrl(SettingParser parser)
    {
        if (parser.Text(ServeSettings.PublicUrl) is not { } text)
        {
            return null;
        }

        if (TryReadUrl(text, out var url))
        {
            return url.AbsoluteUri;
        }

        parser.Fail(ServeSettings.PublicUrl, text, "the address of this server without a path, such as https://pay.example");
        return null;
    }

    /// <summary>Twilio's account: all of its settings or none.</summary>
    public static TwilioOptions? ReadTwilio(SettingParser parser)
    {
        var account = parser.Text(ServeSettings.TwilioAccount);
        var token = parser.Text(ServeSettings.TwilioToken);
        var service = parser.Text(ServeSettings.TwilioService);
        var address = parser.Text(ServeSettings.TwilioUrl)!;
        if (!TryReadUrl(address, out var url))
        {
            parser.Fail(ServeSettings.TwilioUrl, address, "an http or https address without a path");
            return null;
        }

        if (account is null && token is null && service is null)
        {
            return null;
        }

        foreach (var (setting, text, prefixes) in new[]
        {
            (ServeSettings.TwilioAccount, account, new[] { "AC", "SK" }), (ServeSettings.TwilioToken, token, [""]),
            (ServeSettings.TwilioService, service, ["VA"]),
        })
        {
            if (string.IsNullOrEmpty(text) || !prefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal)))
            {
                parser.Fail(setting, text ?? "", "Twilio's: twilio-account, twilio-token and twilio-service go together");
                return null;
            }
        }

        return new TwilioOptions(account!, token!, service!, url);
    }

    private static bool TryReadUrl(string text, out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url!) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            && url.PathAndQuery == "/" && url.Fragment.Length == 0;
}
