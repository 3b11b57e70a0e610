using System.Collections.Concurrent;
using System.Diagnostics;
using Lava.Wallets;

namespace Lava.Billing.Credits;

/// <summary>
/// Gives credit of every origin: the store first, then the live wallet, so that a crash between the two loses nothing (the wallets are
/// rebuilt from the store). A commit whose answer was lost would leave the live wallet behind for ever; such a grant stays in doubt until
/// the store can say whether it happened.
/// </summary>
public sealed class CreditGrants(IGrantStore store, WalletStore wallets)
{
    // As many as there were calls running when the store went away: none is added while one of them can't be cleared up.
    private readonly ConcurrentDictionary<Guid, NewGrant> _inDoubt = new();

    /// <summary>Gives credit. The store's exceptions pass through: the grant is in doubt then, the same key may be sent again.</summary>
    public async Task<GrantResult> GiveAsync(NewGrant grant, CancellationToken cancellationToken)
    {
        if (grant.Origin == CreditOrigin.Correction)
        {
            throw new ArgumentException("A correction needs its reason in writing: book an adjustment.", nameof(grant));
        }

        await ResolveDoubtsAsync(cancellationToken);
        GrantResult result;
        try
        {
            // From here the caller can't cancel: money must not end between the store and the live wallet.
            result = await store.AddAsync(grant, CancellationToken.None);
        }
        catch
        {
            _inDoubt.TryAdd(grant.Id, grant);
            throw;
        }

        if (result.Outcome == GrantOutcome.Given)
        {
            Credit(grant);
        }

        return result;
    }

    /// <summary>Asks the store about every grant in doubt and credits those that were committed.</summary>
    public async Task ResolveDoubtsAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, grant) in _inDoubt)
        {
            var committed = await store.IsCommittedAsync(grant, cancellationToken);
            if (_inDoubt.TryRemove(id, out _) && committed)
            {
                Credit(grant);
            }
        }
    }

    private void Credit(NewGrant grant)
    {
        if (wallets.Credit(grant.WalletId, grant.Amount, out _) != WalletOutcome.Done)
        {
            throw new UnreachableException($"Wallet {grant.WalletId} of a grant is not open.");
        }
    }
}
