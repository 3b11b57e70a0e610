using System.Collections.Concurrent;
using System.Diagnostics;
using Lava.Billing.Overage;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Subscriptions;

/// <summary>
/// Puts the credit of plans, and the floors that follow from them, into the live wallets, behind the store: a crash between the two loses
/// nothing (the wallets are rebuilt from the store). A commit whose answer was lost stays in doubt until the store can say whether it
/// happened.
/// </summary>
public sealed class SubscriptionCredit(IRenewalStore store, WalletStore wallets, LiveFloors floors, TimeProvider time)
{
    // As many as there were orders running when the store went away: none is added while one of them can't be cleared up.
    private readonly ConcurrentDictionary<Guid, long> _inDoubt = new();

    /// <summary>Carries out an order under a new grant's id. The store's exceptions pass through: the order may be given again.</summary>
    public async Task<SubscriptionResult> GiveAsync(long walletId, Func<Guid, Task<SubscriptionResult>> order)
    {
        await ResolveDoubtsAsync(CancellationToken.None);
        var grantId = Ids.New(time);
        SubscriptionResult result;
        try
        {
            result = await order(grantId);
        }
        catch
        {
            _inDoubt.TryAdd(grantId, walletId);
            throw;
        }

        Show(walletId, result);
        return result;
    }

    /// <summary>Asks the store about every grant in doubt and credits those that were committed.</summary>
    public async Task ResolveDoubtsAsync(CancellationToken cancellationToken)
    {
        foreach (var (grantId, walletId) in _inDoubt)
        {
            var given = await store.FindGivenAsync(grantId, walletId, cancellationToken);
            if (_inDoubt.TryRemove(grantId, out _))
            {
                Show(walletId, given);
            }
        }
    }

    // The floor first: between the two less is available, never more.
    private void Show(long walletId, SubscriptionResult result)
    {
        if (result.Floor is { } floor)
        {
            floors.Set(floor);
        }

        if (result.Credit > Money.Zero && wallets.Credit(walletId, result.Credit, out _) != WalletOutcome.Done)
        {
            throw new UnreachableException($"Wallet {walletId} of a subscription is not open.");
        }
    }
}
