using System.Text.Json;

namespace Lava.Billing.Payments.Stripe;

/// <summary>A charge as Stripe has it: what we read of a PaymentIntent.</summary>
internal readonly record struct StripeIntent
{
    /// <summary>Its name.</summary>
    public string? Id { get; private init; }

    public string? Status { get; private init; }

    public long? Amount { get; private init; }

    public long? AmountReceived { get; private init; }

    public string? Currency { get; private init; }

    public bool? IsLive { get; private init; }

    /// <summary>Our payment and attempt, as we had it remember them.</summary>
    public string? Payment { get; private init; }

    public string? Attempt { get; private init; }

    /// <summary>Why the last try failed; null: none has.</summary>
    public string? Decline { get; private init; }

    public string? ClientSecret { get; private init; }

    public static StripeIntent Read(JsonElement from)
    {
        var error = from.Member("last_payment_error");
        return new StripeIntent
        {
            Id = from.Text("id"),
            Status = from.Text("status"),
            Amount = from.Number("amount"),
            AmountReceived = from.Number("amount_received"),
            Currency = from.Text("currency"),
            IsLive = from.Flag("livemode"),
            Payment = from.Note(StripeNotes.Payment),
            Attempt = from.Note(StripeNotes.Attempt),
            Decline = error is { } last ? last.Text("decline_code") ?? last.Text("code") ?? "generic_decline" : null,
            ClientSecret = from.Text("client_secret"),
        };
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"StripeIntent {Id} {Status}";
}
