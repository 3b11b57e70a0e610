using System.Collections.Concurrent;
using System.Diagnostics;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Credits;

/// <summary>
/// Refunds, corrections and debt written off. Money that leaves the wallet is taken from the live wallet first, so that no call can spend
/// what the store no longer has; money that comes in is in the store first. A commit whose answer was lost stays in doubt until the store
/// can say whether it happened. A crash between the steps is harmless: the live wallets are rebuilt from the store.
/// </summary>
public sealed class CreditAdjustments(IAdjustmentStore store, WalletStore wallets)
{
    // As many as there were calls running when the store went away: none is added while one of them can't be cleared up.
    private readonly ConcurrentDictionary<Guid, OpenAdjustment> _inDoubt = new();

    /// <summary>Books an adjustment. The store's exceptions pass through: it is in doubt then, the same key may be sent again.</summary>
    public async Task<AdjustmentResult> AdjustAsync(NewAdjustment adjustment, CancellationToken cancellationToken)
    {
        await ResolveDoubtsAsync(cancellationToken);
        var open = new OpenAdjustment(adjustment);
        AdjustmentResult result;
        try
        {
            // From here the caller can't cancel: money must not end between the store and the live wallet.
            result = await store.BookAsync(adjustment, unspent => TryTake(open, unspent), CancellationToken.None);
        }
        catch
        {
            _inDoubt.TryAdd(adjustment.Id, open);

            // At once, so that what was only tried gives its money back. If the store is away, it is asked again later.
            await ResolveDoubtsAsync(CancellationToken.None);
            throw;
        }

        Close(open, result.Outcome == AdjustmentOutcome.Booked ? result.Adjustment!.Amount : Money.Zero);
        return result;
    }

    /// <summary>Asks the store about every adjustment in doubt, and makes the live wallets agree.</summary>
    public async Task ResolveDoubtsAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, open) in _inDoubt)
        {
            var booked = await store.FindBookedAsync(open.Adjustment, cancellationToken);
            if (_inDoubt.TryRemove(id, out _))
            {
                Close(open, booked);
            }
        }
    }

    /// <summary>A customer's adjustments; see <see cref="IAdjustmentStore.ListAsync"/>.</summary>
    public Task<List<Adjustment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(customerId, before, limit, cancellationToken);

    private bool TryTake(OpenAdjustment open, UnspentCredit unspent)
    {
        var walletId = open.Adjustment.WalletId;
        var amount = open.Adjustment.Kind == AdjustmentKind.Refund ? open.Adjustment.Amount : -open.Adjustment.Amount;
        if (!open.Adjustment.RemainingOnly)
        {
            Credit(walletId, -amount);
            open.Taken = amount;
            return true;
        }

        // Held before it is looked at: no call can come between.
        if (wallets.Reserve(walletId, amount, out var held) != WalletOutcome.Done)
        {
            return false;
        }

        if (amount <= unspent.Takable(held with { Reserved = held.Reserved - amount }))
        {
            open.Taken = amount;
        }

        Check(wallets.Settle(walletId, amount, open.Taken, out _), walletId);
        return open.Taken == amount;
    }

    private void Close(OpenAdjustment open, Money booked)
    {
        var missing = booked + open.Taken;
        if (missing != Money.Zero)
        {
            Credit(open.Adjustment.WalletId, missing);
        }
    }

    private void Credit(long walletId, Money amount) => Check(wallets.Credit(walletId, amount, out _), walletId);

    private static void Check(WalletOutcome outcome, long walletId)
    {
        if (outcome != WalletOutcome.Done)
        {
            throw new UnreachableException($"Wallet {walletId} of an adjustment is not open.");
        }
    }
}
