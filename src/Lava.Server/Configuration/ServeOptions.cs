using Lava.Billing.Payments.Stripe;
using Lava.Billing.Phones;
using Lava.Core;
using Lava.Gateway;
using Lava.Metering.Catalog;
using Lava.Postgres;

namespace Lava.Server.Configuration;

/// <summary>The settings of <c>lava serve</c> as values, all of them valid.</summary>
internal sealed record ServeOptions
{
    public required string[] Urls { get; init; }

    public required string DataDirectory { get; init; }

    public string? Postgres { get; init; }

    public required IReadOnlyList<(string Left, string Right)> Upstreams { get; init; }

    public required IReadOnlyList<ProviderOptions> Providers { get; init; }

    public string? PriceFile { get; init; }

    public string? SecretKey { get; init; }

    public byte[]? MasterKey { get; init; }

    public required int NodeId { get; init; }

    public required long WalletCapacity { get; init; }

    public required long JournalLimitBytes { get; init; }

    public Money? MerchantBudget { get; init; }

    public required bool HasTestClock { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required TimeSpan GracePeriod { get; init; }

    public required bool AllowPrivateWebhooks { get; init; }

    public required int ManagementCallsPerMinute { get; init; }

    /// <summary>Where people reach this server, with a slash at the end; null: where it was called.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Who sends codes by phone; null: nobody.</summary>
    public TwilioOptions? Twilio { get; init; }

    public required GatewayOptions Gateway { get; init; }

    public StripeOptions? Stripe { get; init; }

    /// <summary>Are there pages for people?</summary>
    public bool HasDashboard { get; init; } = true;

    /// <summary>Is it a demonstration? Then each start prints a link that signs in.</summary>
    public bool IsDemo { get; init; }

    /// <summary>The settings that are not as they come; no secrets.</summary>
    public IReadOnlyList<(string Name, string Value)> Changed { get; init; } = [];

    /// <summary>Reads all settings; every error goes into the list, and the result counts only if there is none.</summary>
    public static ServeOptions Read(SettingSources sources, List<string> errors)
    {
        var parser = new SettingParser(sources, errors);
        var day = TimeSpan.FromDays(1);
        var moment = TimeSpan.FromMilliseconds(1);
        return new ServeOptions
        {
            Urls = ReadUrls(parser),
            DataDirectory = ReadDirectory(parser),
            Postgres = ReadPostgres(parser),
            Changed = ChangedSettings.Of(sources),
            Upstreams = parser.Pairs(ServeSettings.Upstream, "HOST=URL, such as api.openai.com=http://127.0.0.1:9090"),
            Providers = ProviderSettings.Read(parser),
            PriceFile = parser.Text(ServeSettings.Prices),
            SecretKey = ReadSecretKey(parser),
            MasterKey = ReadMasterKey(parser),
            NodeId = ReadNodeId(parser),
            WalletCapacity = parser.Integer(ServeSettings.WalletCapacity, 1_000, 100_000_000, 1_000_000),
            JournalLimitBytes = parser.Size(ServeSettings.JournalLimit, 8L << 20, 1L << 50),
            MerchantBudget = ReadBudget(parser),
            HasTestClock = parser.Flag(ServeSettings.TestClock),
            ConnectTimeout = parser.Duration(ServeSettings.ConnectTimeout, moment, day),
            GracePeriod = parser.Duration(ServeSettings.GracePeriod, TimeSpan.Zero, day),
            AllowPrivateWebhooks = parser.Flag(ServeSettings.AllowPrivateWebhooks),
            Stripe = StripeSettings.Read(parser),
            ManagementCallsPerMinute = (int)parser.Integer(ServeSettings.ManagementLimit, 0, 1_000_000, 1_000),
            PublicUrl = CheckoutSettings.ReadPublicUrl(parser),
            Twilio = CheckoutSettings.ReadTwilio(parser),
            HasDashboard = parser.Choice<OnOff>(ServeSettings.Dashboard) == OnOff.On,
            Gateway = new GatewayOptions
            {
                MaxBodyBytes = (int)parser.Size(ServeSettings.MaxBody, 1024, 1 << 30),
                FirstByteTimeout = parser.Duration(ServeSettings.FirstByteTimeout, moment, day),
                IdleTimeout = parser.Duration(ServeSettings.IdleTimeout, moment, day),
                TotalTimeout = parser.Duration(ServeSettings.TotalTimeout, moment, day),
                DrainTimeout = parser.Duration(ServeSettings.DrainTimeout, TimeSpan.Zero, day),
                OnShortfall = parser.Choice<ShortfallPolicy>(ServeSettings.OnShortfall),
                MaxOutputTokens = parser.Text(ServeSettings.MaxOutputTokens) is null
                    ? null
                    : parser.Integer(ServeSettings.MaxOutputTokens, 1, 10_000_000, 1),
            },
        };
    }

    internal static string ReadDirectory(SettingParser parser)
    {
        var path = parser.Text(ServeSettings.Data)!;
        if (path.Length > 0 && !path.Contains('\0'))
        {
            return Path.GetFullPath(path);
        }

        parser.Fail(ServeSettings.Data, path, "a directory");
        return "";
    }

    internal static string? ReadPostgres(SettingParser parser)
    {
        var text = parser.Text(ServeSettings.Postgres);
        if (text is not null && !Database.IsConnectionString(text))
        {
            // It may hold a password: not repeated.
            parser.Fail(ServeSettings.Postgres, "…", "a connection string such as Host=db;Database=lava;Username=lava;Password=…");
        }

        return text;
    }

    internal static int ReadNodeId(SettingParser parser) => (int)parser.Integer(ServeSettings.NodeId, 1, 1000, 1);

    private static string[] ReadUrls(SettingParser parser)
    {
        var urls = parser.Texts(ServeSettings.Urls);
        foreach (var url in urls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "http" || uri.PathAndQuery != "/")
            {
                parser.Fail(ServeSettings.Urls, url, "an http address such as http://127.0.0.1:8080 (TLS belongs in front)");
            }
        }

        return urls;
    }

    private static Money? ReadBudget(SettingParser parser)
    {
        if (parser.Text(ServeSettings.MerchantBudget) is not { } text)
        {
            return null;
        }

        if (Money.TryParse(text, out var budget) && budget >= Money.Zero)
        {
            return budget;
        }

        parser.Fail(ServeSettings.MerchantBudget, text, "an amount of US dollars such as 100 or 49.50");
        return null;
    }

    private static string? ReadSecretKey(SettingParser parser)
    {
        const int MinLength = 24;
        const int MaxLength = 256;
        var key = parser.Text(ServeSettings.SecretKey);
        if (key is null)
        {
            return null;
        }

        var prefixed = key.StartsWith("aks_test_", StringComparison.Ordinal) || key.StartsWith("aks_live_", StringComparison.Ordinal);
        if (!prefixed || key.Length is < MinLength or > MaxLength || key.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
        {
            var expected = $"aks_test_ or aks_live_ and letters, digits, '_' or '-', {MinLength} to {MaxLength} in all";
            parser.Fail(ServeSettings.SecretKey, "", expected);
        }

        return key;
    }

    private static byte[]? ReadMasterKey(SettingParser parser)
    {
        var text = parser.Text(ServeSettings.MasterKey);
        if (text is null)
        {
            return null;
        }

        var bytes = new byte[33];
        if (Convert.TryFromBase64String(text, bytes, out var written) && written == 32)
        {
            return bytes[..32];
        }

        parser.Fail(ServeSettings.MasterKey, "", "32 bytes in base64 (openssl rand -base64 32)");
        return null;
    }
}
