using System.Diagnostics;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Credits;

/// <summary>
/// Takes back credit that expired unused: memory first, so that no call can spend what the store no longer has. The amount is held in the
/// live wallet, booked in the store, then taken from the live wallet. A crash between the steps is harmless: holds of this kind are in no
/// journal, and the live wallets are rebuilt from the store. Rounds wait for each other.
/// </summary>
public sealed class CreditExpiry(IExpiryStore store, WalletStore wallets, TimeProvider time)
{
    /// <summary>Wallets looked at in a round; the next round goes on behind them.</summary>
    public const int WalletsPerRound = 1_000;

    // Calls may change the wallet between the look and the hold. A wallet that is never still has its turn in the next round.
    private const int HoldAttempts = 3;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private OpenExpiry? _open;
    private long _after;

    /// <summary>
    /// A round. Ends with the first failure of the store, whose exceptions pass through; the next round settles what was left in doubt
    /// before it does anything else, and goes on behind the wallet that failed.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await RunAloneAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task RunAloneAsync(CancellationToken cancellationToken)
    {
        await ResolveDoubtAsync(cancellationToken);
        var found = await store.FindAsync(_after, WalletsPerRound, cancellationToken);
        foreach (var walletId in found)
        {
            _after = walletId;
            await ExpireAsync(walletId, cancellationToken);
        }

        if (found.Count < WalletsPerRound)
        {
            _after = 0;
        }
    }

    private async Task ExpireAsync(long walletId, CancellationToken cancellationToken)
    {
        var id = Ids.New(time);
        try
        {
            await store.ExpireAsync(id, walletId, expired => Hold(id, walletId, expired), cancellationToken);
        }
        catch (Exception) when (_open is not null)
        {
            // Rolled back, or committed and the answer lost: only the store knows. If it is away, it is asked again in the next round.
            await ResolveDoubtAsync(cancellationToken);
            throw;
        }

        Close(committed: true);
    }

    private Money Hold(Guid id, long walletId, UnspentCredit expired)
    {
        for (var attempt = 0; attempt < HoldAttempts && wallets.TryRead(walletId, out var before); attempt++)
        {
            var amount = expired.Takable(before);
            if (amount == Money.Zero)
            {
                break;
            }

            if (wallets.Reserve(walletId, amount, out var after) != WalletOutcome.Done)
            {
                continue;
            }

            if (amount <= expired.Takable(after with { Reserved = after.Reserved - amount }))
            {
                _open = new OpenExpiry(id, walletId, amount);
                return amount;
            }

            End(walletId, amount, Money.Zero);
        }

        return Money.Zero;
    }

    private async Task ResolveDoubtAsync(CancellationToken cancellationToken)
    {
        if (_open is { } open)
        {
            Close(await store.IsCommittedAsync(open.Id, open.WalletId, cancellationToken));
        }
    }

    private void Close(bool committed)
    {
        if (_open is { } open)
        {
            _open = null;
            End(open.WalletId, open.Amount, committed ? open.Amount : Money.Zero);
        }
    }

    private void End(long walletId, Money held, Money debit)
    {
        if (wallets.Settle(walletId, held, debit, out _) != WalletOutcome.Done)
        {
            throw new UnreachableException($"Wallet {walletId} was open and is not.");
        }
    }
}
