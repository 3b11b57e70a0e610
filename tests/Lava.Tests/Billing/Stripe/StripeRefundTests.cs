using Lava.Billing.Payments;
using Lava.Core;
using Lava.Testing.Gateway;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

public sealed class StripeRefundTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private StripeAccount _account = null!;

    public async Task InitializeAsync() => _account = await StripeAccount.OpenAsync(_time);

    public async Task DisposeAsync() => await _account.DisposeAsync();

    [Fact]
    public async Task Refund_TwiceTheSame_GivesBackOnce()
    {
        var (charge, order) = await PaidAsync();
        var refund = Refund(charge, order, 1_000);

        var first = await _account.Payments.RefundAsync(refund, CancellationToken.None);
        var second = await _account.Payments.RefundAsync(refund, CancellationToken.None);

        Assert.Equal(
            (refund.RefundId, refund.Amount, RefundStatus.Succeeded, null),
            (first.RefundId, first.Amount, first.Status, first.FailureCode));
        Assert.Equal(first, second);
        Assert.Equal(first, await _account.Payments.FindRefundAsync(refund, CancellationToken.None));
        Assert.Equal(1_000, _account.Books(order).Refunded);
    }

    [Fact]
    public async Task Refund_AnswerLostAndKeyForgotten_IsFoundInPlaceOfRefused()
    {
        var (charge, order) = await PaidAsync();
        var refund = Refund(charge, order, 2_500);
        _account.StandIn.On("POST /v1/refunds").Fault(StandInFault.ResetAfterCommit).Fault(StandInFault.Plain500, times: 3);
        var lost = await _account.Payments.RefundAsync(refund, CancellationToken.None);
        Assert.Equal((RefundStatus.Waiting, null), (lost.Status, lost.Reference));

        _time.Advance(TimeSpan.FromHours(25));
        var found = await _account.Payments.RefundAsync(refund, CancellationToken.None);

        Assert.Equal((RefundStatus.Succeeded, refund.RefundId), (found.Status, found.RefundId));
        Assert.Equal(2_500, _account.Books(order).Refunded);
    }

    [Fact]
    public async Task Refund_MoreThanWasTaken_Fails()
    {
        var (charge, order) = await PaidAsync();
        var refused = await _account.Payments.RefundAsync(Refund(charge, order, 2_501), CancellationToken.None);
        Assert.Equal((RefundStatus.Failed, "amount_too_large"), (refused.Status, refused.FailureCode));
        Assert.Null(refused.Reference);
    }

    [Fact]
    public async Task Refund_BankTakesItsTimeAndSaysNo_IsSeenByItsName()
    {
        var (charge, order) = await PaidAsync("pm_card_pendingRefund");
        var refund = Refund(charge, order, 2_500);
        var asked = await _account.Payments.RefundAsync(refund, CancellationToken.None);
        Assert.Equal(RefundStatus.Asked, asked.Status);

        _account.StandIn.EndRefund(asked.Reference!, "lost_or_stolen_card");
        var failed = await _account.Payments.FindRefundAsync(refund, CancellationToken.None);

        Assert.Equal((RefundStatus.Failed, "lost_or_stolen_card"), (failed!.Status, failed.FailureCode));
        Assert.Equal(0, _account.Books(order).Refunded);
    }

    [Fact]
    public async Task List_AlsoMadeByHand_TellsThoseApart()
    {
        var (charge, order) = await PaidAsync();
        var ours = await _account.Payments.RefundAsync(Refund(charge, order, 700), CancellationToken.None);
        var theirs = _account.StandIn.RefundByHand(charge, 300);

        var all = await _account.Payments.ListRefundsAsync(charge, isTest: true, CancellationToken.None);

        Assert.Equal(
            [(theirs, null, StripeAccount.Cents(300)), (ours.Reference, ours.RefundId, StripeAccount.Cents(700))],
            all.Select(refund => (refund.Reference, refund.RefundId, refund.Amount)));
        Assert.Empty(await _account.Payments.ListRefundsAsync("pi_none", isTest: true, CancellationToken.None));
    }

    [Theory]
    [InlineData("warning_needs_response", DisputeStatus.Inquiry)]
    [InlineData("warning_under_review", DisputeStatus.Inquiry)]
    [InlineData("warning_closed", DisputeStatus.Won)]
    [InlineData("needs_response", DisputeStatus.Open)]
    [InlineData("under_review", DisputeStatus.Open)]
    [InlineData("appeal_needs_response", DisputeStatus.Open)]
    [InlineData("appeal_under_review", DisputeStatus.Open)]
    [InlineData("won", DisputeStatus.Won)]
    [InlineData("prevented", DisputeStatus.Won)]
    [InlineData("lost", DisputeStatus.Lost)]
    public async Task ReadDispute_EachState_MeansWhatTheTableSays(string status, DisputeStatus expected)
    {
        var (charge, _) = await PaidAsync();
        var reference = _account.StandIn.OpenDispute(charge, status);

        var dispute = await _account.Payments.ReadDisputeAsync(reference, isTest: true, CancellationToken.None);

        Assert.Equal(new DisputeResult(reference, charge, StripeAccount.Cents(2_500), expected, _time.GetUtcNow()), dispute);
    }

    [Fact]
    public async Task ReadDispute_UnknownNameOrState_IsNotTakenForOneOfThem()
    {
        var (charge, _) = await PaidAsync();
        var reference = _account.StandIn.OpenDispute(charge, "a_word_of_next_year");
        Assert.Null(await _account.Payments.ReadDisputeAsync("dp_none", isTest: true, CancellationToken.None));
        await Assert.ThrowsAsync<ProviderUnavailableException>(
            () => _account.Payments.ReadDisputeAsync(reference, isTest: true, CancellationToken.None));
    }

    private async Task<(string Charge, ChargeOrder Order)> PaidAsync(string card = "pm_card_visa")
    {
        var order = _account.Order(card);
        var paid = await _account.PayAsync(order);
        Assert.Equal(ChargeOutcome.Succeeded, paid.Outcome);
        return (paid.Reference!, order);
    }

    private static RefundOrder Refund(string charge, ChargeOrder order, long cents) => new(
        Ids.New(TimeProvider.System), order.PaymentId, charge, StripeAccount.Cents(cents), IsTest: true, DateTimeOffset.UtcNow);
}
