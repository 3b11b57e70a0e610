using System.Text.Json;

namespace Lava.Billing.Payments.Stripe;

/// <summary>What is read of an event that Stripe sent or listed.</summary>
/// <param name="IsLive">Of its live mode.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Event">What is kept of it; null: its kind is not kept, or it is not as Stripe's are.</param>
public readonly record struct StripeEventMessage(bool IsLive, string Kind, ProviderEvent? Event)
{
    // The most that Stripe's names will ever have.
    private const int NameMax = 255;

    /// <summary>Reads it; null: it is no event.</summary>
    public static StripeEventMessage? Read(JsonElement from) =>
        from.Flag("livemode") is { } isLive && from.Text("type") is { } kind
            ? new StripeEventMessage(isLive, kind, StripeEventKinds.Of(kind) is null ? null : ReadEvent(from, kind))
            : null;

    private static ProviderEvent? ReadEvent(JsonElement from, string kind) =>
        from.Text("id") is { } id && from.Time("created") is { } created && from.Member("data")?.Member("object")?.Text("id") is { } about
        && IsName(id) && IsName(about)
            ? new ProviderEvent(PaymentProviderKind.Stripe, id, kind, about, created)
            : null;

    private static bool IsName(string text) =>
        text.Length is > 0 and <= NameMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
