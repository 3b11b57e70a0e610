using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Overage;

/// <summary>
/// Looks at the wallets whose balance has changed in a way that somebody must know of, and sees to it that overage is paid, bundles are
/// bought and low balances are told. One round at a time.
/// </summary>
public sealed class WalletWatch(
    IWalletWatchStore store, CardPayments payments, LiveFloors floors, ICustomerChanges changes, TimeProvider time)
{
    /// <summary>Wallets of a round.</summary>
    public const int WalletsPerRound = 500;

    /// <summary>
    /// A round. <paramref name="shorts"/> are wallets that could not pay a call though their plan allows overage or top-up. One
    /// wallet that fails does not hold up the others: the first failure is thrown when all had their turn. It stays due, but a hint is
    /// lost: the next refused call gives it again.
    /// </summary>
    public async Task RunAsync(IReadOnlyCollection<long> shorts, CancellationToken cancellationToken)
    {
        var turns = new FirstFailure();
        foreach (var walletId in shorts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await turns.TryAsync(() => LookAsync(walletId, isShort: true, cancellationToken));
        }

        foreach (var walletId in await store.FindDueAsync(WalletsPerRound, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await turns.TryAsync(() => LookAsync(walletId, isShort: false, cancellationToken));
        }

        turns.ThrowIfAny();
    }

    /// <summary>Looks at one wallet.</summary>
    public async Task LookAsync(long walletId, bool isShort, CancellationToken cancellationToken)
    {
        if (await store.LookAsync(Ids.New(time), walletId, isShort, payments.Least, cancellationToken) is not { } look)
        {
            return;
        }

        floors.Set(look.Floor);
        if (look.FloorChanged)
        {
            await changes.RefreshAsync(look.MerchantId, look.CustomerId);
        }

        if (look.Opened is { } payment)
        {
            await payments.AttemptInTurnAsync(payment, cancellationToken);
        }
    }
}
