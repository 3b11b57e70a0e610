using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// What disputes do to credit: it goes with the money, and comes back with it. The dispute is read anew each time, so neither the order nor
/// the number of messages about it matters.
/// </summary>
public sealed class Disputes(
    IDisputeStore store, PaymentProviders providers, CreditTaking credit, LiveFloors floors, ICustomerChanges changes)
{
    /// <summary>Disputes of a round.</summary>
    public const int DisputesPerRound = 50;

    // One at a time: two looks at one dispute must not take and give at once.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Looks at a dispute by its name, at the provider that has it.</summary>
    /// <param name="reference">The provider's name of it.</param>
    /// <param name="kind">Who told of it.</param>
    /// <param name="cancellationToken">Ends the wait for the provider.</param>
    public async Task LookAsync(string reference, PaymentProviderKind kind, CancellationToken cancellationToken)
    {
        foreach (var isTest in new[] { true, false })
        {
            // Read in its turn: what was read last is booked last.
            if (providers.Of(isTest) is { } provider && provider.Kind == kind
                && await InTurnAsync(async () =>
                    await provider.ReadDisputeAsync(reference, isTest, cancellationToken) is { } found && await BookAsync(found)))
            {
                return;
            }
        }
    }

    /// <summary>Moves credit that did not get where it belongs; the first failure is thrown when all had their turn.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var turns = new FirstFailure();
        foreach (var dispute in await store.FindUnsettledAsync(DisputesPerRound, cancellationToken))
        {
            await turns.TryAsync(() => InTurnAsync(async () =>
            {
                await SettleAsync(dispute);
                return true;
            }));
        }

        turns.ThrowIfAny();
    }

    private async Task<bool> BookAsync(DisputeResult found)
    {
        if (await store.NoteAsync(found, CancellationToken.None) is not { } dispute)
        {
            return true;
        }

        if (dispute.Floor is { } floor)
        {
            floors.Set(floor);
            await changes.RefreshAsync(dispute.MerchantId, dispute.CustomerId);
        }

        if (!dispute.IsSettled)
        {
            await SettleAsync(dispute);
        }

        return true;
    }

    private async Task SettleAsync(Dispute dispute)
    {
        if (dispute.Status is DisputeStatus.Open or DisputeStatus.Lost)
        {
            await credit.TakeAsync(About(dispute), dispute.Shares);
        }
        else if (dispute.Credit > Money.Zero)
        {
            await credit.GiveBackAsync(About(dispute), dispute.Credit);
        }

        await store.NoteCreditAsync(dispute, CancellationToken.None);
    }

    private async Task<bool> InTurnAsync(Func<Task<bool>> run)
    {
        await _turn.WaitAsync();
        try
        {
            return await run();
        }
        finally
        {
            _turn.Release();
        }
    }

    private static NewAdjustment About(Dispute dispute) => new()
    {
        Id = Guid.Empty,
        MerchantId = dispute.MerchantId,
        CustomerId = dispute.CustomerId,
        WalletId = dispute.WalletId,
        Kind = AdjustmentKind.Refund,
        Amount = dispute.Amount,
        Reason = "Disputed payment",
        DisputeReference = dispute.Reference,
        DisputeRound = Math.Max(0, dispute.Takes - 1),
        IdempotencyKey = dispute.Takes <= 1 ? $"dispute:{dispute.Reference}" : $"dispute:{dispute.Reference}:{dispute.Takes}",
        Fingerprint = dispute.PaymentId,
    };
}
