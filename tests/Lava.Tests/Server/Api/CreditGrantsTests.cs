using Lava.Billing.Credits;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Tests.Server.Api;

public sealed class CreditGrantsTests : IDisposable
{
    private readonly WalletStore _wallets = new(1000);
    private readonly LosingStore _store = new();
    private readonly CreditGrants _grants;

    public CreditGrantsTests()
    {
        _grants = new CreditGrants(_store, _wallets);
        _wallets.Open(1, Money.Zero, Money.Zero);
    }

    public void Dispose() => _wallets.Dispose();

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 0)]
    public async Task Give_AnswerLost_CreditsOnceTheStoreSaysSo(bool committed, long dollars)
    {
        _store.IsCommitted = committed;
        await Assert.ThrowsAsync<IOException>(() => _grants.GiveAsync(Grant(), default));
        Assert.Equal(Money.Zero, Available());

        await _grants.ResolveDoubtsAsync(default);
        await _grants.ResolveDoubtsAsync(default);

        Assert.Equal(Money.FromDollars(dollars), Available());
    }

    [Fact]
    public async Task Give_StoreStillAway_KeepsTheDoubt()
    {
        _store.IsCommitted = null;
        await Assert.ThrowsAsync<IOException>(() => _grants.GiveAsync(Grant(), default));
        await Assert.ThrowsAsync<IOException>(() => _grants.ResolveDoubtsAsync(default));

        _store.IsCommitted = true;
        await _grants.ResolveDoubtsAsync(default);

        Assert.Equal(Money.FromDollars(5), Available());
    }

    private static NewGrant Grant() => new()
    {
        Id = Ids.New(TimeProvider.System),
        MerchantId = Guid.Empty,
        CustomerId = Guid.Empty,
        WalletId = 1,
        Amount = Money.FromDollars(5),
        Fingerprint = Guid.Empty,
    };

    private Money Available() => _wallets.TryRead(1, out var balance) ? balance.Available : throw new InvalidOperationException();

    private sealed class LosingStore : IGrantStore
    {
        public bool? IsCommitted { get; set; }

        public Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken) => throw new IOException();

        public Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken) =>
            IsCommitted is { } committed ? Task.FromResult(committed) : throw new IOException();

        public Task<List<Grant>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
