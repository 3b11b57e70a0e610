using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Simulation;

/// <summary>Grants and expiries, as GrantStore and ExpiryStore keep them.</summary>
internal sealed class SimulatedGrantStore(SimulatedPostgres postgres, JournalPosition position, TimeProvider time)
    : IGrantStore, IExpiryStore
{
    private readonly Tables _tables = postgres.Tables;

    public Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact<GrantResult>("grant", [SimulatedPostgres.NodeLock, grant.WalletId, Tables.GrantedWallet], () =>
        {
            var known = _tables.Grants.Find(row => row.New.IdempotencyKey == grant.IdempotencyKey);
            if (known is null)
            {
                return (new GrantResult(GrantOutcome.Given, Shown(grant)), () => _tables.Give(grant));
            }

            var outcome = known.New.Fingerprint == grant.Fingerprint ? GrantOutcome.Repeated : GrantOutcome.Conflict;
            return (new GrantResult(outcome, Shown(known.New)), Nothing);
        }));

    public Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact("grant?", [grant.WalletId, Tables.GrantedWallet], () =>
            (_tables.Grants.Exists(row => row.New.Id == grant.Id), (Action)Nothing)));

    public Task<List<long>> FindAsync(long after, int limit, CancellationToken cancellationToken) =>
        Run(() => postgres.Read("find expired", () => _tables.Floors.Keys
            .Where(wallet => wallet > after && _tables.Expired(wallet, time.GetUtcNow()).Count > 0).ToList()));

    public Task ExpireAsync(Guid expiryId, long walletId, Func<UnspentCredit, Money> take, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact<Money>("expire", [SimulatedPostgres.NodeLock, walletId, Tables.GrantedWallet], () =>
        {
            if (_tables.Fence != position.Fence)
            {
                throw new FencedException("A newer process.");
            }

            var now = time.GetUtcNow();
            var expired = _tables.Expired(walletId, now);
            var remaining = expired.Aggregate(Money.Zero, (sum, grant) => sum + grant.Remaining);
            var amount = take(new UnspentCredit(_tables.Posted[walletId], remaining));
            return (amount, amount == Money.Zero ? Nothing : () => _tables.Expire(expiryId, walletId, expired, amount, now));
        }));

    public Task<bool> IsCommittedAsync(Guid expiryId, long walletId, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact("expiry?", [walletId, Tables.GrantedWallet], () =>
            (_tables.Expiries.Contains(expiryId), (Action)Nothing)));

    public Task<List<Grant>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Lists move no money.");

    private static void Nothing()
    {
    }

    private static Task<T> Run<T>(Func<T> run)
    {
        try
        {
            return Task.FromResult(run());
        }
        catch (NpgsqlException away)
        {
            throw new StoreUnavailableException(away.Message, away);
        }
    }

    private static Grant Shown(NewGrant grant) => new()
    {
        Id = grant.Id,
        CustomerId = grant.CustomerId,
        Amount = grant.Amount,
        Remaining = grant.Amount,
        Origin = grant.Origin,
        CreatedAt = default,
    };
}
