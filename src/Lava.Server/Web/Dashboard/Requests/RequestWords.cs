using System.Collections.Frozen;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>What the fields of a request mean, in words.</summary>
internal static class RequestWords
{
    private static readonly FrozenDictionary<CostKind, (string Name, string Unit)> Kinds =
        new Dictionary<CostKind, (string, string)>
        {
            [CostKind.Input] = ("Input", Tokens),
            [CostKind.CachedInput] = ("Input, read from a cache", Tokens),
            [CostKind.CachedAudioInput] = ("Audio in, read from a cache", Tokens),
            [CostKind.CacheWrite] = ("Input, written to a cache", Tokens),
            [CostKind.CacheWrite1h] = ("Input, written to a cache for an hour", Tokens),
            [CostKind.AudioInput] = ("Audio in", Tokens),
            [CostKind.ImageInput] = ("Images in", Tokens),
            [CostKind.Output] = ("Output", Tokens),
            [CostKind.Reasoning] = ("Output, reasoning", Tokens),
            [CostKind.AudioOutput] = ("Audio out", Tokens),
            [CostKind.ImageOutput] = ("Images out", Tokens),
            [CostKind.InputCharacters] = ("Characters in", "characters"),
            [CostKind.InputTime] = ("Audio or video in", Seconds),
            [CostKind.Pages] = ("Pages read", "pages"),
            [CostKind.OutputCharacters] = ("Characters out", "characters"),
            [CostKind.OutputTime] = ("Audio or video out", Seconds),
            [CostKind.Images] = ("Images made", "images"),
            [CostKind.Request] = ("The call itself", "calls"),
            [CostKind.ProviderUnits] = ("The provider's own units", Units),
            [CostKind.WebSearches] = ("Web searches", "times"),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Errors = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["upstream_error"] = "The provider answered with an error.",
        ["upstream_cut"] = "The provider broke its answer off.",
        ["upstream_timeout"] = "The provider did not answer in time.",
        ["upstream_unreachable"] = "The provider could not be reached, or broke the connection.",
        ["downstream_aborted"] = "The caller closed the connection.",
        ["interrupted"] = "The gateway was stopped during the call; it is charged by what it had told until then.",
        ["internal_error"] = "The gateway failed.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const string Tokens = "tokens";
    private const string Seconds = "s";
    private const string Units = "units";

    /// <summary>The colour of a state's word.</summary>
    public static string Tone(RequestStatus status) => status switch
    {
        RequestStatus.Completed => "good",
        RequestStatus.Error => "bad",
        _ => "plain",
    };

    /// <summary>What a line of the cost is for.</summary>
    public static string Kind(CostKind kind) => Kinds[kind].Name;

    /// <summary>"1,234 tokens", "12.5 s".</summary>
    public static string Quantity(CostLine line)
    {
        var unit = Kinds[line.Kind].Unit;
        return unit is Seconds or Units ? $"{FigureText.Seconds(line.Quantity)} {unit}" : FigureText.Count(line.Quantity, unit);
    }

    /// <summary>"$0.15 per million", "$0.006 per s".</summary>
    public static string Price(CostLine line)
    {
        var unit = Kinds[line.Kind].Unit;
        var per = line.Per switch
        {
            1_000_000 when unit is Seconds or Units => unit.TrimEnd('s') is { Length: > 0 } one ? one : unit,
            1_000_000 => "million",
            1_000 => "thousand",
            _ => "each",
        };
        return per == "each" ? $"{FigureText.Price(line.Price)} each" : $"{FigureText.Price(line.Price)} per {per}";
    }

    /// <summary>Why a usage is not exact, and what follows from it.</summary>
    public static string Reason(UsageReason reason) => reason switch
    {
        UsageReason.None => "These are the provider's own final figures, or the caller's report.",
        UsageReason.Missing => "The answer came to its end without telling what it used: the figures are an estimate.",
        UsageReason.Cut => "The answer ended before its last figures: what was seen, and an estimate of the rest.",
        UsageReason.Malformed => "A count of the answer was no number, negative or too large: the figures are an estimate.",
        UsageReason.Absurd => "The answer told more than model and request allow: the figures are an estimate.",
        _ => "The answer could not be read: the figures are an estimate.",
    };

    /// <summary>What an error's code means; null: the code says it, or it is the provider's.</summary>
    public static string? Error(string? code) => code is null ? null : Errors.GetValueOrDefault(code);

    /// <summary>Why a customer was not charged for a request that was metered.</summary>
    public static string Unbilled(UsageRecord record) => record switch
    {
        { CustomerId: null } => "No customer: the cost is the merchant's.",
        { MeterId: null } => "No meter: the cost is the merchant's.",
        { Job: JobState.Running or JobState.Asked } => "The job goes on: it is billed when it ends.",
        { Job: JobState.Failed } => "The job failed: nothing is billed.",
        _ => "The meter is not in the customer's plan: the cost is the merchant's.",
    };

    /// <summary>Whose key paid the provider.</summary>
    public static string KeyType(ProviderKeyType type) => type switch
    {
        ProviderKeyType.Managed => "the operator's key",
        ProviderKeyType.Unmanaged => "a key that the call brought along",
        _ => "the merchant's stored key",
    };

    /// <summary>An account of the ledger.</summary>
    public static string Account(WalletKind kind) => kind switch
    {
        WalletKind.Customer => "The customer's wallet",
        WalletKind.Merchant => "The merchant's own costs",
        WalletKind.Revenue => "What customers were charged",
        WalletKind.ProviderCost => "Providers' cost, charged to nobody",
        _ => kind.ToString(),
    };

    /// <summary>Why an entry was made.</summary>
    public static string Entry(EntryKind kind) => kind switch
    {
        EntryKind.Charge => "Charge",
        EntryKind.ProviderCost => "Provider's cost",
        _ => kind.ToString(),
    };

    /// <summary>A slice's quantity: "1,234 tokens", "12.5 s".</summary>
    public static string Quantity(TierType type, long quantity) => type switch
    {
        TierType.Tokens1M => FigureText.Count(quantity, Tokens),
        TierType.Characters1M => FigureText.Count(quantity, "characters"),
        TierType.Minutes => $"{FigureText.Seconds(quantity)} s",
        _ => FigureText.Count(quantity, "requests"),
    };

    /// <summary>A tier's rate: "12.5 % of the cost", "$0.15 per million".</summary>
    public static string Rate(RateType rate, TierType type, Core.Money amount) => rate == RateType.Percentage
        ? $"{FigureText.Percentage(amount)} of the cost"
        : type switch
        {
            TierType.Minutes => $"{FigureText.Price(amount)} per minute",
            TierType.Requests => $"{FigureText.Price(amount)} per request",
            _ => $"{FigureText.Price(amount)} per million",
        };

    /// <summary>Where a tier starts, in its own unit.</summary>
    public static string Start(TierType type, long start) => type switch
    {
        TierType.Tokens1M => FigureText.Count(start, Tokens),
        TierType.Characters1M => FigureText.Count(start, "characters"),
        TierType.Minutes => FigureText.Count(start, "minutes"),
        _ => FigureText.Count(start, "requests"),
    };
}
