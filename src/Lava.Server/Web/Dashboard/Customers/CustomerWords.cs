using System.Collections.Frozen;
using System.Text.Json;
using Lava.Core;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Pricing;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>The API's words about customers' money, as people read them.</summary>
internal static class CustomerWords
{
    private static readonly FrozenDictionary<string, string> EntryKinds = new Dictionary<string, string>
    {
        ["grant"] = "Credit given",
        ["purchase"] = "Credit bought",
        ["cycle_credit"] = "Credit of the plan",
        ["overage"] = "Overage paid",
        ["charge"] = "Request",
        ["provider_cost"] = "Provider's cost",
        ["expiry"] = "Credit expired",
        ["refund"] = "Refund",
        ["correction"] = "Correction",
        ["debt"] = "Debt written off",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Origins = new Dictionary<string, string>
    {
        ["grant"] = "Given",
        ["purchase"] = "Bought",
        ["cycle_credit"] = "Plan",
        ["overage"] = "Overage",
        ["correction"] = "Correction",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> PaymentKinds = new Dictionary<string, string>
    {
        ["subscription"] = "Plan",
        ["renewal"] = "Renewal",
        ["upgrade"] = "Dearer plan",
        ["overage"] = "Overage",
        ["bundle"] = "Bundle",
        ["topup"] = "Top-up",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Of payments and of refunds.
    private static readonly FrozenDictionary<string, (string Tone, string Word)> States = new Dictionary<string, (string, string)>
    {
        ["waiting"] = ("warn", "Waiting"),
        ["attempting"] = ("plain", "Being attempted"),
        ["pending"] = ("plain", "Under way"),
        ["succeeded"] = ("good", "Succeeded"),
        ["failed"] = ("bad", "Failed"),
        ["superseded"] = ("plain", "Replaced by another"),
        ["review"] = ("bad", "Look at it"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Declines = new Dictionary<string, string>
    {
        ["card_declined"] = "The bank declined",
        ["generic_decline"] = "The bank declined",
        ["expired_card"] = "The card has expired",
        ["insufficient_funds"] = "Not enough money on the card",
        ["incorrect_cvc"] = "Wrong security code",
        ["incorrect_number"] = "Wrong card number",
        ["authentication_required"] = "The bank wants the customer to confirm it",
        ["disputed"] = "A payment by this card was disputed",
        ["lost_card"] = "The card was reported lost",
        ["stolen_card"] = "The card was reported stolen",
        ["processing_error"] = "The bank could not process it",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Cycles = new Dictionary<string, string>
    {
        ["daily"] = "a day (UTC)",
        ["weekly"] = "a week (UTC)",
        ["monthly"] = "a month (UTC)",
        ["cycle"] = "a billing cycle",
        ["total"] = "in all",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string EntryKind(string? kind) => Of(EntryKinds, kind);

    public static string Origin(string? origin) => Of(Origins, origin);

    public static string PaymentKind(string? kind) => Of(PaymentKinds, kind);

    public static string Cycle(string? cycle) => Of(Cycles, cycle);

    /// <summary>The words of choices, for forms.</summary>
    public static IReadOnlyList<(string Value, string Label)> CycleOptions { get; } =
        [("daily", "a day"), ("weekly", "a week"), ("monthly", "a month"), ("cycle", "a cycle"), ("total", "in all")];

    public static Markup State(string? state) => States.TryGetValue(state ?? "", out var known)
        ? PartMarkup.Badge(known.Tone, known.Word)
        : PartMarkup.Badge("plain", state ?? "");

    /// <summary>Why a card was declined, with the provider's own word for it; nothing where it was not.</summary>
    public static Markup Decline(string? code) => code switch
    {
        null => TextMarkup.None,
        _ when Declines.TryGetValue(code, out var words) => Markup.Of($"""<span title="{code}">{words}</span>"""),
        _ => Markup.Of($"Declined: {TextMarkup.Name(code)}"),
    };

    /// <summary>Why a card was declined, as a sentence.</summary>
    public static string DeclineText(string code) => Declines.GetValueOrDefault(code, $"Declined: {code}");

    /// <summary>"$25.00 a month", "$0.0125 a day", "free": to its last digit.</summary>
    public static string Price(JsonElement plan, string interval = "billing_interval") =>
        plan.Amount("period_amount") is var price && price == Money.Zero
            ? "free"
            : $"{PricingWords.Dollars(price)} a {plan.Text(interval)}";

    private static string Of(FrozenDictionary<string, string> words, string? word) => words.GetValueOrDefault(word ?? "", word ?? "");
}
