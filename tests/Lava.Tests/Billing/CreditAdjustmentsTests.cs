using Lava.Billing.Credits;
using Lava.Core;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing;

[Collection(BillingCollection.Name)]
public sealed class CreditAdjustmentsTests(PostgresServer server) : IAsyncLifetime
{
    private ExpiryBooks _books = null!;

    public async Task InitializeAsync() => _books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Refund_UnspentGrant_TakesItBack()
    {
        var grant = await _books.GrantAsync(10, null);

        var result = await _books.RefundAsync(grant, 4);

        Assert.Equal((AdjustmentOutcome.Booked, new Money(-4)), (result.Outcome, result.Adjustment!.Amount));
        Assert.Equal(6, await _books.Books.RemainingAsync(grant));
        Assert.Equal(4, await AccountAsync(8));
        await _books.AssertBalancedAsync(6);
    }

    [Fact]
    public async Task Refund_SpentGrant_BecomesDebt()
    {
        var grant = await _books.GrantAsync(10, null);
        _books.Settle(0, 7);
        await _books.FlushAsync();

        await _books.RefundAsync(grant, 10);

        Assert.Equal(0, await _books.Books.RemainingAsync(grant));
        await _books.AssertBalancedAsync(-7);
    }

    [Fact]
    public async Task Refund_SpentButNotFlushed_BecomesTheSameDebt()
    {
        var grant = await _books.GrantAsync(10, null);
        _books.Settle(0, 7);

        await _books.RefundAsync(grant, 10);

        Assert.Equal(new Money(-7), _books.Live.Posted);
        Assert.Equal(_books.Live.Posted, await _books.RebuildAsync());
        await _books.FlushAsync();
        await _books.AssertBalancedAsync(-7);
    }

    [Fact]
    public async Task Refund_OtherGrantsLeft_TakesItsOwnFirstAndThenThoseThatBurnFirst()
    {
        var sooner = await _books.GrantAsync(10, ExpiryBooks.Later);
        var later = await _books.GrantAsync(10, null);
        var refunded = await _books.GrantAsync(10, ExpiryBooks.Later.AddDays(-1));
        _books.Settle(0, 6);
        await _books.FlushAsync();

        await _books.RefundAsync(refunded, 10);

        Assert.Equal(4, await _books.Books.RemainingAsync(sooner));
        Assert.Equal(10, await _books.Books.RemainingAsync(later));
        Assert.Equal(0, await _books.Books.RemainingAsync(refunded));
        await _books.AssertBalancedAsync(14);
    }

    [Fact]
    public async Task Refund_MoreThanTheGrantInAll_IsRefusedWithWhatIsLeft()
    {
        var grant = await _books.GrantAsync(10, null);
        await _books.GrantAsync(100, null);
        await _books.RefundAsync(grant, 6);

        var result = await _books.RefundAsync(grant, 5);

        Assert.Equal((AdjustmentOutcome.GrantExceeded, new Money(4)), (result.Outcome, result.Limit));
        Assert.Equal(AdjustmentOutcome.Booked, (await _books.RefundAsync(grant, 4)).Outcome);
        await _books.AssertBalancedAsync(100);
    }

    [Fact]
    public async Task Refund_ExpiredGrant_TakesOnlyWhatWasSpent()
    {
        var grant = await _books.GrantAsync(10, ExpiryBooks.Expired);
        _books.Settle(0, 3);
        await _books.FlushAsync();
        await _books.RunAsync();

        Assert.Equal(new Money(3), (await _books.RefundAsync(grant, 4)).Limit);
        await _books.RefundAsync(grant, 3);

        await _books.AssertBalancedAsync(-3);
    }

    [Fact]
    public async Task Refund_AnotherCustomersGrant_IsUnknown()
    {
        var grant = await _books.GrantAsync(10, null);
        await _books.AddCustomerAsync();

        Assert.Equal(AdjustmentOutcome.GrantUnknown, (await _books.RefundAsync(grant, 1)).Outcome);
        await _books.AssertBalancedAsync(0);
    }

    [Theory]
    [InlineData(4, 0, 6, true)]
    [InlineData(4, 0, 7, false)]
    [InlineData(0, 4, 6, true)]
    [InlineData(0, 4, 7, false)]
    public async Task Refund_RemainingOnly_CountsChargesAndHolds(long spent, long held, long refund, bool booked)
    {
        var grant = await _books.GrantAsync(10, null);
        _books.Settle(0, spent);
        _books.Hold(held);

        var result = await _books.RefundAsync(grant, refund, remainingOnly: true);

        Assert.Equal(booked ? AdjustmentOutcome.Booked : AdjustmentOutcome.GrantSpent, result.Outcome);
        Assert.Equal(new Money(held), _books.Live.Reserved);
        _books.Wallets.Release(_books.Wallet, new Money(held), out _);
        await _books.FlushAsync();
        await _books.AssertBalancedAsync(10 - spent - (booked ? refund : 0));
    }

    [Fact]
    public async Task Refund_RemainingOnlyOfALaterGrant_LeavesUnflushedChargesToTheEarlierOne()
    {
        var sooner = await _books.GrantAsync(10, ExpiryBooks.Later);
        var later = await _books.GrantAsync(10, null);
        _books.Settle(0, 10);

        Assert.Equal(AdjustmentOutcome.GrantSpent, (await _books.RefundAsync(sooner, 1, remainingOnly: true)).Outcome);
        Assert.Equal(AdjustmentOutcome.Booked, (await _books.RefundAsync(later, 10, remainingOnly: true)).Outcome);

        await _books.FlushAsync();
        await _books.AssertBalancedAsync(0);
    }

    [Fact]
    public async Task Correct_Upwards_IsCreditThatCallsCanSpend()
    {
        var result = await CorrectAsync(5);
        _books.Settle(0, 2);
        await _books.FlushAsync();

        Assert.Equal(3, await _books.Books.RemainingAsync(result.Adjustment!.Id));
        Assert.Equal(-5, await AccountAsync(9));
        await _books.AssertBalancedAsync(3);
    }

    [Fact]
    public async Task Correct_Downwards_BurnsGrantsAsChargesDoAndThenLeavesDebt()
    {
        var lasting = await _books.GrantAsync(10, null);
        var expiring = await _books.GrantAsync(10, ExpiryBooks.Later);

        await CorrectAsync(-12);
        Assert.Equal(0, await _books.Books.RemainingAsync(expiring));
        Assert.Equal(8, await _books.Books.RemainingAsync(lasting));

        await CorrectAsync(-12);
        await _books.AssertBalancedAsync(-4);
        await CorrectAsync(5);
        await _books.AssertBalancedAsync(1);
    }

    [Theory]
    [InlineData(3, -4)]
    [InlineData(7, 0)]
    [InlineData(100, 0)]
    public async Task Debt_WrittenOff_NeverGivesCredit(long amount, long balance)
    {
        await CorrectAsync(-7);

        var result = await _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Debt, amount));

        Assert.Equal(new Money(balance + 7), result.Adjustment!.Amount);
        await _books.AssertBalancedAsync(balance);
    }

    [Fact]
    public async Task Debt_UnflushedCharges_AreNotWrittenOff()
    {
        await _books.GrantAsync(5, null);
        _books.Settle(0, 12);

        Assert.Equal(AdjustmentOutcome.NothingOwed, (await _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Debt, 9))).Outcome);
        await _books.FlushAsync();
        Assert.Equal(AdjustmentOutcome.Booked, (await _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Debt, 9))).Outcome);

        await _books.AssertBalancedAsync(0);
    }

    [Theory]
    [InlineData(AdjustmentKind.Refund)]
    [InlineData(AdjustmentKind.Correction)]
    [InlineData(AdjustmentKind.Debt)]
    public async Task Adjust_SameKey_HappensOnceAlsoAfterARestart(AdjustmentKind kind)
    {
        var grant = await _books.GrantAsync(10, null);
        if (kind == AdjustmentKind.Debt)
        {
            await CorrectAsync(-30);
        }

        var before = _books.Live.Posted;
        var same = Enumerable.Range(0, 20).Select(_ => Task.Run(() => _books.AdjustAsync(New(6))));
        var results = await Task.WhenAll(same);
        await _books.RestartAsync();
        var again = await _books.AdjustAsync(New(6));
        var other = await _books.AdjustAsync(New(5));

        Assert.Equal(1, results.Count(result => result.Outcome == AdjustmentOutcome.Booked));
        Assert.Equal(19, results.Count(result => result.Outcome == AdjustmentOutcome.Repeated));
        Assert.Equal(results[0].Adjustment, again.Adjustment);
        Assert.Equal(AdjustmentOutcome.Conflict, other.Outcome);
        await _books.AssertBalancedAsync((before + again.Adjustment!.Amount).Units);

        NewAdjustment New(long amount) => _books.Adjustment(kind, amount, kind == AdjustmentKind.Refund ? grant : null, "key");
    }

    private Task<AdjustmentResult> CorrectAsync(long amount) =>
        _books.AdjustAsync(_books.Adjustment(AdjustmentKind.Correction, amount));

    private Task<long> AccountAsync(short kind) => _books.Books.ScalarAsync<long>("select posted from wallets where kind = $1", kind);
}
