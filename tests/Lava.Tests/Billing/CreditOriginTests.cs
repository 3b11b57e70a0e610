using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing;

/// <summary>Credit of every origin takes one path; a payment counts once.</summary>
[Collection(BillingCollection.Name)]
public sealed class CreditOriginTests(PostgresServer server) : IAsyncLifetime
{
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData(CreditOrigin.Grant, EntryKind.Grant, WalletKind.GrantedCredit)]
    [InlineData(CreditOrigin.Purchase, EntryKind.Purchase, WalletKind.Payments)]
    [InlineData(CreditOrigin.CycleCredit, EntryKind.CycleCredit, WalletKind.CycleCredit)]
    public async Task Give_AnyOrigin_IsBookedAsItsKind(CreditOrigin origin, EntryKind kind, WalletKind contra)
    {
        var result = await _books.GiveAsync(_books.Credit(origin, 5));

        Assert.Equal((GrantOutcome.Given, origin), (result.Outcome, result.Grant!.Origin));
        Assert.Equal(-5L, await _books.Books.ScalarAsync<long>("select posted from wallets where kind = $1", (short)contra));
        Assert.Equal(2L, await _books.Books.ScalarAsync<long>(
            "select count(*) from ledger_entries where kind = $1 and transaction_id = $2", (short)kind, result.Grant.Id));
        await _books.AssertBalancedAsync(5);
    }

    [Fact]
    public async Task Give_Correction_IsRefusedForItNeedsADocument()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _books.GiveAsync(_books.Credit(CreditOrigin.Correction, 5)));

        await _books.GiveAsync(_books.Credit(CreditOrigin.Grant, 3));
        await _books.AssertBalancedAsync(3);
    }

    [Fact]
    public async Task Give_OnePaymentManyTimesAtOnce_CountsOnceUnderWhateverKey()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Task.Run(() => _books.GiveAsync(_books.Credit(CreditOrigin.Purchase, 5, "pay-1", i % 3 == 0 ? null : $"key-{i}")))));
        await _books.RestartAsync();
        var again = await _books.GiveAsync(_books.Credit(CreditOrigin.Purchase, 5, "pay-1", "another"));

        Assert.Equal(1, results.Count(result => result.Outcome == GrantOutcome.Given));
        Assert.Equal(19, results.Count(result => result.Outcome == GrantOutcome.Repeated));
        Assert.Equal((GrantOutcome.Repeated, results[0].Grant), (again.Outcome, again.Grant));
        await _books.AssertBalancedAsync(5);
    }

    [Fact]
    public async Task Give_AgainAfterItsExpiry_IsTheFirstAnswerButAnotherIsRefused()
    {
        var expires = _books.Time.Now.AddDays(1);
        var first = await _books.GiveAsync(_books.Credit(CreditOrigin.Grant, 5, key: "key", expires: expires));
        _books.Time.Now = expires;

        var again = await _books.GiveAsync(_books.Credit(CreditOrigin.Grant, 5, key: "key", expires: expires));
        var another = await _books.GiveAsync(_books.Credit(CreditOrigin.Grant, 5, key: "other", expires: expires));

        Assert.Equal((GrantOutcome.Repeated, first.Grant), (again.Outcome, again.Grant));
        Assert.Equal((GrantOutcome.Expired, null), (another.Outcome, another.Grant));
        await _books.AssertBalancedAsync(5);
    }

    [Fact]
    public async Task Give_OnePaymentWithOtherContent_Conflicts()
    {
        var purchase = _books.Credit(CreditOrigin.Purchase, 5, "pay-1", "key");
        var first = (await _books.GiveAsync(purchase)).Grant;
        var again = purchase with { Id = Ids.New(_books.Time) };

        await ConflictsAsync(again with { Fingerprint = Guid.Empty });
        await ConflictsAsync(again with { Origin = CreditOrigin.CycleCredit });
        await ConflictsAsync(again with { ExternalReference = "pay-2" });
        await ConflictsAsync(again with { ExternalReference = null });
        await _books.AssertBalancedAsync(5);

        await _books.AddCustomerAsync();
        await ConflictsAsync(_books.Credit(CreditOrigin.Purchase, 5, "pay-1"));
        await _books.AssertBalancedAsync(0);

        async Task ConflictsAsync(NewGrant grant)
        {
            var result = await _books.GiveAsync(grant);
            Assert.Equal((GrantOutcome.Conflict, first), (result.Outcome, result.Grant));
        }
    }

    [Fact]
    public async Task Give_KeyOfOneGrantAndPaymentOfAnother_Conflicts()
    {
        await _books.GiveAsync(_books.Credit(CreditOrigin.Purchase, 5, "pay-1", "key-1"));
        await _books.GiveAsync(_books.Credit(CreditOrigin.Purchase, 5, "pay-2", "key-2"));

        var result = await _books.GiveAsync(_books.Credit(CreditOrigin.Purchase, 5, "pay-1", "key-2"));

        Assert.Equal(GrantOutcome.Conflict, result.Outcome);
        await _books.AssertBalancedAsync(10);
    }

    [Fact]
    public async Task Give_OnePaymentToTwoCustomersAtOnce_ReachesOne()
    {
        var toOne = _books.Credit(CreditOrigin.Purchase, 5, "pay-1");
        await _books.AddCustomerAsync();
        var toOther = _books.Credit(CreditOrigin.CycleCredit, 5, "pay-1");

        var results = await Task.WhenAll(Task.Run(() => _books.GiveAsync(toOne)), Task.Run(() => _books.GiveAsync(toOther)));

        Assert.Equal(
            [GrantOutcome.Given, GrantOutcome.Conflict], results.Select(result => result.Outcome).Order());
        Assert.Equal((0m, 0L), await _books.Books.AuditAsync());
    }

    [Fact]
    public async Task Give_PurchaseThatExpires_LeavesThePaymentAsItWas()
    {
        var expires = _books.Time.Now.AddDays(1);
        await _books.GiveAsync(_books.Credit(CreditOrigin.Purchase, 5, expires: expires));
        _books.Time.Now = expires;

        await _books.RunAsync();

        Assert.Equal(-5L, await _books.Books.ScalarAsync<long>("select posted from wallets where kind = 5"));
        Assert.Equal(5L, await _books.Books.ScalarAsync<long>("select posted from wallets where kind = 7"));
        await _books.AssertBalancedAsync(0);
    }
}
