using System.Text.Json;
using Lava.Core;

namespace Lava.Billing.Payments.Stripe;

public sealed partial class StripePayments
{
    /// <inheritdoc/>
    public async Task<RefundResult> RefundAsync(RefundOrder order, CancellationToken cancellationToken)
    {
        Expect(order.IsTest);
        var fields = new FormFields()
            .Add("payment_intent", order.ChargeReference).Add("amount", StripeCents.Of(order.Amount))
            .Note(StripeNotes.Refund, StripeNotes.RefundOf(order));
        var answer = await client.PostAsync("/v1/refunds", fields, StripeNotes.RefundOf(order), cancellationToken);
        switch (answer.Failure)
        {
            case null:
                return Refund(answer.Body);

            // No answer, or keys that are refused: nothing is known of the refund itself.
            case { MayPass: true } or { IsOfKeys: true }:
                return Unknown(order);

            // It may be refused because it was made before, under a key that is forgotten.
            default:
                return await FindOrUnknownAsync(order, cancellationToken)
                    ?? new RefundResult(null, order.RefundId, order.Amount, RefundStatus.Failed, answer.Failure.Name);
        }
    }

    private static RefundResult Unknown(RefundOrder order) =>
        new(null, order.RefundId, order.Amount, RefundStatus.Waiting, null);

    // A look that is refused says nothing of the refund.
    private async Task<RefundResult?> FindOrUnknownAsync(RefundOrder order, CancellationToken cancellationToken)
    {
        try
        {
            return await FindRefundAsync(order, cancellationToken);
        }
        catch (ProviderRefusedException)
        {
            return Unknown(order);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">It may have been made.</exception>
    public async Task<RefundResult?> FindRefundAsync(RefundOrder order, CancellationToken cancellationToken)
    {
        var all = await ListRefundsAsync(order.ChargeReference, order.IsTest, cancellationToken);
        return all.FirstOrDefault(refund => refund.RefundId == order.RefundId);
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">There may be some.</exception>
    public async Task<IReadOnlyList<RefundResult>> ListRefundsAsync(
        string chargeReference, bool isTest, CancellationToken cancellationToken)
    {
        Expect(isTest);
        var found = new List<RefundResult>();
        FormFields Fields() => new FormFields().Add("payment_intent", chargeReference);
        await foreach (var refund in client.ListAsync("/v1/refunds", Fields, cancellationToken))
        {
            found.Add(Refund(refund));
        }

        return found;
    }

    /// <inheritdoc/>
    /// <exception cref="ProviderUnavailableException">There may be one.</exception>
    public async Task<DisputeResult?> ReadDisputeAsync(string reference, bool isTest, CancellationToken cancellationToken)
    {
        Expect(isTest);
        var answer = await client.GetAsync($"/v1/disputes/{Uri.EscapeDataString(reference)}", null, cancellationToken);
        if (answer.Failure is { Status: 404 })
        {
            return null;
        }

        var body = answer.OrThrow();
        var status = StripeOutcomes.OfDispute(body.Text("status")) ?? throw new ProviderUnavailableException("unknown_dispute_status");
        return body.Reference("payment_intent") is { } charge
            ? new DisputeResult(NameOf(body), charge, StripeCents.Read(body.Number("amount")), status, CreatedAt(body))
            : null;
    }

    private static RefundResult Refund(JsonElement body)
    {
        var note = body.Note(StripeNotes.Refund);
        Guid? ours = note is not null && Ids.TryParse(IdPrefix.Refund, note, out var id) ? id : null;
        var status = StripeOutcomes.OfRefund(body.Text("status"));
        var failure = status == RefundStatus.Failed ? body.Text("failure_reason") ?? body.Text("status") : null;
        return new RefundResult(NameOf(body), ours, StripeCents.Read(body.Number("amount")), status, failure);
    }

    private static DateTimeOffset CreatedAt(JsonElement body) =>
        body.Time("created") ?? throw new ProviderUnavailableException("answer_without_time");
}
