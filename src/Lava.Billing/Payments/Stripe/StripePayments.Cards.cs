using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lava.Core;

namespace Lava.Billing.Payments.Stripe;

public sealed partial class StripePayments
{
    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">Stripe gave no answer; the customer may have been made.</exception>
    public async Task<string> CreateCustomerAsync(Guid customerId, bool isTest, string? phone, CancellationToken cancellationToken)
    {
        Expect(isTest);
        var name = Ids.Format(IdPrefix.Customer, isTest, customerId);

        // With another phone it is another request, which the same key would refuse; one customer more at Stripe does no harm.
        var mark = phone is null ? "" : $"_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(phone)))[..8]}";
        var fields = new FormFields().Add("phone", phone).Note(StripeNotes.Customer, name);
        return NameOf((await client.PostAsync("/v1/customers", fields, $"cus_{name}{mark}", cancellationToken)).OrThrow());
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">Stripe gave no answer; the entry may have begun.</exception>
    public async Task<CardSetup> BeginSetupAsync(CardSetupOrder order, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);
        var session = StripeNotes.SessionOf(order);
        var fields = new FormFields()
            .Add("customer", order.CustomerReference).Add("usage", "off_session").Add("allowed_payment_method_types[0]", "card")
            .Note(StripeNotes.Session, session);
        var key = $"seti_{session}_{((long)order.Number).Text()}";
        var setup = (await client.PostAsync("/v1/setup_intents", fields, key, cancellationToken)).OrThrow();
        return new CardSetup(NameOf(setup), setup.Text("client_secret"));
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">Stripe gave no answer.</exception>
    public async Task<CardSetupResult> ReadSetupAsync(
        CardSetupOrder order, string reference, string? token, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);
        var answer = await client.GetAsync(
            $"/v1/setup_intents/{Uri.EscapeDataString(reference)}", new FormFields().Add("expand[0]", "payment_method"),
            cancellationToken);
        if (answer.Failure is { Status: 404 })
        {
            return new CardSetupResult(CardSetupOutcome.Gone);
        }

        var setup = answer.OrThrow();
        if (setup.Reference("customer") != order.CustomerReference || setup.Note(StripeNotes.Session) != StripeNotes.SessionOf(order)
            || setup.Flag("livemode") != options.IsLive)
        {
            return new CardSetupResult(CardSetupOutcome.Gone);
        }

        return StripeOutcomes.OfSetup(setup.Text("status")) switch
        {
            CardSetupOutcome.Saved => Card(setup.Member("payment_method") ?? default) is { } card
                ? new CardSetupResult(CardSetupOutcome.Saved, card)
                : new CardSetupResult(CardSetupOutcome.Gone),
            CardSetupOutcome.Declined => setup.Member("last_setup_error") is { } error
                ? new CardSetupResult(
                    CardSetupOutcome.Declined, DeclineCode: error.Text("decline_code") ?? error.Text("code") ?? "generic_decline")
                : new CardSetupResult(CardSetupOutcome.NotReady),
            var outcome => new CardSetupResult(outcome),
        };
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">Stripe gave no answer.</exception>
    public async Task DetachAsync(string methodReference, bool isTest, CancellationToken cancellationToken)
    {
        Expect(isTest);
        var answer = await client.PostAsync(
            $"{CardPathOf(methodReference)}/detach", new FormFields(), $"{methodReference}_detach", cancellationToken);

        // 400: it is on nobody's file any more.
        if (answer.Failure is not (null or { Status: 400 or 404 }))
        {
            answer.OrThrow();
        }
    }

    /// <summary>A card as it is now; null: it is on nobody's file, or there is none of this name.</summary>
    /// <exception cref="ProviderUnavailableException">Stripe gave no answer.</exception>
    public async Task<SavedCard?> ReadCardAsync(string methodReference, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(CardPathOf(methodReference), null, cancellationToken);
        if (answer.Failure is { Status: 404 })
        {
            return null;
        }

        var method = answer.OrThrow();
        return method.Reference("customer") is null ? null : Card(method);
    }

    private static SavedCard? Card(JsonElement method)
    {
        var card = method.Member("card") ?? default;
        return method.Text("id") is { } id && card.Text("last4") is { } last4
            && card.Number("exp_month") is { } month and >= 1 and <= 12 && card.Number("exp_year") is { } year and >= 2000 and <= 9999
            ? new SavedCard(id, card.Text("brand") ?? "unknown", last4, (short)month, (short)year, card.Text("fingerprint"))
            : null;
    }

    private static string CardPathOf(string reference) => $"/v1/payment_methods/{Uri.EscapeDataString(reference)}";
}
