using System.Security.Cryptography;
using System.Text.Json;
using Lava.Core;

namespace Lava.Billing.Payments.Stripe;

/// <summary>
/// Cards charged by Stripe. A charge is a PaymentIntent, made without money and confirmed in a second call; whatever was asked for can be
/// asked again. What Stripe holds of a card is its name alone.
/// </summary>
/// <param name="client">Stripe's API.</param>
/// <param name="options">The account: its mode is that of every order.</param>
public sealed partial class StripePayments(StripeClient client, StripeOptions options) : IPaymentProvider
{
    // Orders are looked for from so long before they were sent: the two clocks differ.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public PaymentProviderKind Kind => PaymentProviderKind.Stripe;

    /// <inheritdoc/>
    /// <remarks>Stripe's minimum for US dollars is 0.50 (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).</remarks>
    public Money AmountMin { get; } = new(Money.UnitsPerDollar / 2);

    /// <inheritdoc/>
    public async Task<string> PrepareAsync(ChargeOrder order, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);

        // Each of these is the same whenever the order is sent again: another one under the same key would be refused.
        var fields = new FormFields()
            .Add("amount", StripeCents.Of(order.Amount)).Add("currency", "usd")
            .Add("customer", order.CustomerReference).Add("payment_method", order.MethodReference)
            .Add("allowed_payment_method_types[0]", "card").Add("description", order.Description)
            .Note(StripeNotes.Payment, StripeNotes.PaymentOf(order)).Note(StripeNotes.Attempt, ((long)order.Attempt).Text())
            .Note(StripeNotes.Merchant, Ids.Format(IdPrefix.Merchant, order.IsTest, order.MerchantId));
        var answer = await client.PostAsync("/v1/payment_intents", fields, StripeNotes.KeyOf(order), cancellationToken);
        return NameOf(answer.OrThrow());
    }

    /// <inheritdoc/>
    public async Task<ChargeResult> ChargeAsync(ChargeOrder order, string reference, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);

        // Somebody on the page answers the bank through Stripe.js; where nobody is, a bank that asks has said no.
        var fields = order.IsAttended
            ? new FormFields().Add("use_stripe_sdk", "true")
            : new FormFields().Add("off_session", "true");
        var answer = await client.PostAsync(
            $"{PathOf(reference)}/confirm", fields, $"{StripeNotes.KeyOf(order)}_c", cancellationToken);
        return answer.Failure switch
        {
            null => StripeOutcomes.Of(StripeIntent.Read(answer.Body), order),
            { MayPass: true } => Unknown(reference),

            // The bank's no, or a state that does not allow it: what there is now says which.
            _ => await ReadAsync(order, reference, cancellationToken),
        };
    }

    /// <inheritdoc/>
    public async Task<ChargeResult> ReadAsync(ChargeOrder order, string reference, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);
        var answer = await client.GetAsync(PathOf(reference), null, cancellationToken);
        return Result(answer, order, reference);
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">It is not known now.</exception>
    public async Task<ChargeTaken> ReadTakenAsync(string reference, bool isTest, CancellationToken cancellationToken)
    {
        Expect(isTest);
        var answer = await client.GetAsync(PathOf(reference), null, cancellationToken);
        if (answer.Failure is { Status: 404 })
        {
            return ChargeTaken.Nothing;
        }

        var intent = StripeIntent.Read(answer.OrThrow());
        return new ChargeTaken(
            StripeCents.Read(intent.AmountReceived), intent.Status is "succeeded" or "canceled", intent.Currency == "usd");
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">It may be there.</exception>
    public async Task<string?> FindAsync(ChargeOrder order, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);
        var since = (order.SentAt - ClockDifference).ToUnixTimeSeconds();
        FormFields Fields() => new FormFields().Add("customer", order.CustomerReference).Add("created[gte]", since);
        await foreach (var intent in client.ListAsync("/v1/payment_intents", Fields, cancellationToken))
        {
            if (IsOf(intent, order))
            {
                return NameOf(intent);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<ChargeResult> CancelAsync(ChargeOrder order, string reference, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);

        // A key of its own each time: an answer that was kept while it could not be cancelled must not come again when it can.
        var key = $"{StripeNotes.KeyOf(order)}_x_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var answer = await client.PostAsync(
            $"{PathOf(reference)}/cancel", new FormFields().Add("cancellation_reason", "abandoned"), key, cancellationToken);
        if (answer.Failure is { MayPass: true })
        {
            return Unknown(reference);
        }

        var now = answer.Failure is null ? answer : await client.GetAsync(PathOf(reference), null, cancellationToken);
        var result = Result(now, order, reference);

        // Only what was cancelled is over; whatever else has taken no money may yet.
        var isOver = result.Outcome == ChargeOutcome.Succeeded || result.DeclineCode == ChargeResult.Mismatch
            || StripeIntent.Read(now.Body).Status == "canceled";
        return isOver ? result : Unknown(reference);
    }

    private static ChargeResult Result(StripeAnswer answer, ChargeOrder order, string reference) => answer.Failure switch
    {
        null => StripeOutcomes.Of(StripeIntent.Read(answer.Body), order),

        // Its name is known and it is not there: these are the keys of another account.
        { Status: 404 } => new ChargeResult(ChargeOutcome.Unknown, ChargeResult.NotThere, "The charge is not known", reference),
        _ => Unknown(reference),
    };

    private static ChargeResult Unknown(string reference) => new(ChargeOutcome.Unknown, null, null, reference);

    private static bool IsOf(JsonElement intent, ChargeOrder order)
    {
        var read = StripeIntent.Read(intent);
        return read.Payment == StripeNotes.PaymentOf(order) && read.Attempt == ((long)order.Attempt).Text();
    }

    private static string PathOf(string reference) => $"/v1/payment_intents/{Uri.EscapeDataString(reference)}";

    private static string NameOf(JsonElement made) => made.Text("id") ?? throw new ProviderUnavailableException("answer_without_id");

    // An order of the other mode would take real money for a test, or none for a live customer.
    private void Expect(bool isTest)
    {
        if (isTest == options.IsLive)
        {
            throw new ProviderRefusedException("wrong_mode");
        }
    }
}
