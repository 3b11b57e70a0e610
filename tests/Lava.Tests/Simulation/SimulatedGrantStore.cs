using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Simulation;

/// <summary>Grants and expiries, as GrantStore and ExpiryStore keep them.</summary>
internal sealed class SimulatedGrantStore(SimulatedPostgres postgres, JournalPosition position, TimeProvider time)
    : IGrantStore, IExpiryStore
{
    private readonly Books _books = postgres.Books;

    public Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact<GrantResult>("grant", [SimulatedPostgres.NodeLock, grant.WalletId, Books.GrantedWallet], () =>
        {
            var known = _books.Grants.Find(row => row.New.IdempotencyKey == grant.IdempotencyKey);
            if (known is null)
            {
                return (new GrantResult(GrantOutcome.Given, Shown(grant)), () => _books.Give(grant));
            }

            var outcome = known.New.Fingerprint == grant.Fingerprint ? GrantOutcome.Repeated : GrantOutcome.Conflict;
            return (new GrantResult(outcome, Shown(known.New)), Nothing);
        }));

    public Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact("grant?", [grant.WalletId, Books.GrantedWallet], () =>
            (_books.Grants.Exists(row => row.New.Id == grant.Id), (Action)Nothing)));

    public Task<List<long>> FindAsync(long after, int limit, CancellationToken cancellationToken) =>
        Run(() => postgres.Read("find expired", () => _books.Floors.Keys
            .Where(wallet => wallet > after && _books.Expired(wallet, time.GetUtcNow()).Count > 0).ToList()));

    public Task ExpireAsync(Guid expiryId, long walletId, Func<ExpiredCredit, Money> take, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact<Money>("expire", [SimulatedPostgres.NodeLock, walletId, Books.GrantedWallet], () =>
        {
            if (_books.Fence != position.Fence)
            {
                throw new FencedException("A newer process.");
            }

            var now = time.GetUtcNow();
            var expired = _books.Expired(walletId, now);
            var remaining = expired.Aggregate(Money.Zero, (sum, grant) => sum + grant.Remaining);
            var amount = take(new ExpiredCredit(_books.Posted[walletId], remaining));
            return (amount, amount == Money.Zero ? Nothing : () => _books.Expire(expiryId, walletId, expired, amount, now));
        }));

    public Task<bool> IsCommittedAsync(Guid expiryId, long walletId, CancellationToken cancellationToken) =>
        Run(() => postgres.Transact("expiry?", [walletId, Books.GrantedWallet], () =>
            (_books.Expiries.Contains(expiryId), (Action)Nothing)));

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
        CreatedAt = default,
    };
}
