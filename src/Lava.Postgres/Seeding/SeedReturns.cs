using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres.Seeding;

/// <summary>
/// Money of a seeded past that went back: the order of <see cref="Refunds"/> and <see cref="Disputes"/>, without live wallets.
/// </summary>
internal sealed class SeedReturns(StoreSource source, JournalPosition position, TimeProvider time, Func<Guid> newId)
{
    private readonly RefundStore _refunds = new(source, position);
    private readonly DisputeStore _disputes = new(source, position);
    private readonly AdjustmentStore _adjustments = new(source, position, time);

    public async Task RefundAsync(Payment payment, Money? amount, string reason, CancellationToken cancellationToken)
    {
        var id = newId();
        var wish = new NewRefund(id, payment.Terms.MerchantId, payment.Id, amount, TakesCredit: true, reason, null, id)
        {
            Provider = PaymentProviderKind.Sandbox,
        };
        var opening = await _refunds.OpenAsync(wish, cancellationToken);
        if (opening is not { Outcome: RefundOpeningOutcome.Opened, Refund: { } refund })
        {
            throw new InvalidOperationException($"A refund of the past was not opened: {opening.Outcome}.");
        }

        var name = Ids.Format(IdPrefix.Refund, refund.IsTest, id);
        var about = About(payment, $"Refund {name}", $"refund:{name}") with { RefundId = id, Fingerprint = id };
        await TakeAsync(about, refund.Shares);
        await _refunds.NoteCreditAsync(id, cancellationToken);
        var result = new RefundResult($"seed_{id:N}", id, refund.Amount, RefundStatus.Succeeded, null);
        await _refunds.EndAsync(id, result, cancellationToken);

        // Stamped by PostgreSQL's clock.
        await RunAsync(
            new NpgsqlCommand("update refunds set created_at = @at, looked_at = @at, ended_at = @at where refund_id = @id")
                .Add("id", id).AddTime("at", time.GetUtcNow()),
            cancellationToken);
    }

    public async Task DisputeAsync(Payment payment, CancellationToken cancellationToken)
    {
        var reference = $"sdp_{payment.ProviderReference}";
        var found = new DisputeResult(reference, payment.ProviderReference!, payment.Amount, DisputeStatus.Open, time.GetUtcNow());
        var dispute = await _disputes.NoteAsync(found, cancellationToken)
            ?? throw new InvalidOperationException($"The charge {payment.ProviderReference} of the past is not there.");
        var about = About(payment, "Disputed payment", $"dispute:{reference}") with { DisputeReference = reference };
        await TakeAsync(about, dispute.Shares);
        await _disputes.NoteCreditAsync(dispute, cancellationToken);
    }

    private async Task TakeAsync(NewAdjustment about, IEnumerable<CreditShare> shares)
    {
        foreach (var share in shares)
        {
            var adjustment = about with
            {
                Id = newId(),
                Amount = share.Amount,
                GrantId = share.GrantId,
                IdempotencyKey = $"{about.IdempotencyKey}:{Ids.Format(IdPrefix.Grant, test: false, share.GrantId)}",
            };
            var result = await _adjustments.BookAsync(adjustment, _ => true, CancellationToken.None);
            if (result.Outcome != AdjustmentOutcome.Booked)
            {
                throw new InvalidOperationException($"The adjustment {adjustment.IdempotencyKey} was not booked: {result.Outcome}.");
            }
        }
    }

    private static NewAdjustment About(Payment payment, string reason, string key) => new()
    {
        Id = Guid.Empty,
        MerchantId = payment.Terms.MerchantId,
        CustomerId = payment.Terms.CustomerId,
        WalletId = payment.Terms.WalletId,
        Kind = AdjustmentKind.Refund,
        Amount = payment.Amount,
        Reason = reason,
        IdempotencyKey = key,
        Fingerprint = payment.Id,
    };

    private Task<int> RunAsync(NpgsqlCommand command, CancellationToken cancellationToken) => source.RunAsync(
        async connection =>
        {
            await using (command)
            {
                command.Connection = connection;
                return await command.ExecuteNonQueryAsync(cancellationToken);
            }
        },
        cancellationToken);
}
