using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Payments;

public sealed class SandboxPaymentsTests
{
    private readonly SandboxPayments _sandbox = new();

    [Theory]
    [InlineData("pm_card_visa", "visa 4242", ChargeOutcome.Succeeded, null)]
    [InlineData("tok_visa", "visa 4242", ChargeOutcome.Succeeded, null)]
    [InlineData("pm_card_visa_debit", "visa 5556", ChargeOutcome.Succeeded, null)]
    [InlineData("tok_mastercard", "mastercard 4444", ChargeOutcome.Succeeded, null)]
    [InlineData("pm_card_amex", "amex 8431", ChargeOutcome.Succeeded, null)]
    [InlineData("pm_card_chargeDeclined", "visa 0002", ChargeOutcome.Declined, "generic_decline")]
    [InlineData("pm_card_visa_chargeDeclined", "visa 0002", ChargeOutcome.Declined, "generic_decline")]
    [InlineData("tok_chargeDeclined", "visa 0002", ChargeOutcome.Declined, "generic_decline")]
    [InlineData("pm_card_chargeCustomerFail", "visa 0341", ChargeOutcome.Declined, "generic_decline")]
    [InlineData("pm_card_insufficientFunds", "visa 9995", ChargeOutcome.Declined, "insufficient_funds")]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", "visa 9995", ChargeOutcome.Declined, "insufficient_funds")]
    [InlineData("pm_card_visa_chargeDeclinedProcessingError", "visa 0119", ChargeOutcome.Declined, "processing_error")]
    [InlineData("pm_card_expired", "visa 0069", ChargeOutcome.HardDeclined, "expired_card")]
    [InlineData("tok_chargeDeclinedExpiredCard", "visa 0069", ChargeOutcome.HardDeclined, "expired_card")]
    [InlineData("pm_card_stolen", "visa 9979", ChargeOutcome.HardDeclined, "stolen_card")]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", "visa 9987", ChargeOutcome.HardDeclined, "lost_card")]
    [InlineData("pm_card_authenticationRequired", "visa 3184", ChargeOutcome.ActionRequired, "authentication_required")]
    public async Task Charge_TestCard_HasItsOutcomeAtEveryAttempt(string token, string shown, ChargeOutcome outcome, string? code)
    {
        var card = SandboxPayments.FindCard(token)!;
        Assert.Equal(shown, $"{card.Brand} {card.Last4}");
        foreach (var attempt in new[] { 1, 2, 9 })
        {
            var result = await ChargeAsync(token, attempt);
            Assert.Equal((outcome, code), (result.Outcome, result.DeclineCode));
        }
    }

    [Theory]
    [InlineData("pm_card_nobody")]
    [InlineData("visa")]
    [InlineData("4242424242424242")]
    [InlineData("")]
    public async Task FindCard_OtherToken_IsNone(string token)
    {
        Assert.Null(SandboxPayments.FindCard(token));
        Assert.Equal(ChargeOutcome.HardDeclined, (await ChargeAsync(token, 1)).Outcome);
    }

    [Fact]
    public async Task Charge_DeclinedOnce_PaysAtTheSecondAttempt()
    {
        Assert.Equal(ChargeOutcome.Declined, (await ChargeAsync("pm_card_chargeDeclinedOnce", 1)).Outcome);
        Assert.Equal(ChargeOutcome.Succeeded, (await ChargeAsync("pm_card_chargeDeclinedOnce", 2)).Outcome);
    }

    [Fact]
    public async Task Charge_Timeout_IsUnknownAndReadAsPaid()
    {
        var order = Order("pm_card_chargeTimeout", 1);
        Assert.Equal(ChargeOutcome.Unknown, (await ChargeAsync(order)).Outcome);
        Assert.Equal(ChargeOutcome.Succeeded, (await ReadAsync(order)).Outcome);
    }

    [Theory]
    [InlineData(null, ChargeOutcome.NotTaken, ChargeOutcome.ActionRequired)]
    [InlineData(PaymentAction.Wanted, ChargeOutcome.ActionRequired, ChargeOutcome.ActionRequired)]
    [InlineData(PaymentAction.Done, ChargeOutcome.Succeeded, ChargeOutcome.Succeeded)]
    [InlineData(PaymentAction.Refused, ChargeOutcome.Declined, ChargeOutcome.Declined)]
    public async Task Authentication_Answered_DecidesTheCharge(PaymentAction? action, ChargeOutcome read, ChargeOutcome charged)
    {
        var order = Order("pm_card_authenticationRequired", 1) with { IsAttended = true, Action = action };
        Assert.Equal((read, charged), ((await ReadAsync(order)).Outcome, (await ChargeAsync(order)).Outcome));
    }

    [Fact]
    public async Task Prepare_Again_GivesTheSameNameAndTakesNothing()
    {
        var order = Order("pm_card_visa", 3);
        var name = await _sandbox.PrepareAsync(order, default);
        Assert.Equal($"sbx_{Ids.Format("pay", true, order.PaymentId)}_3", name);
        Assert.Equal((name, name), (await _sandbox.PrepareAsync(order, default), await _sandbox.FindAsync(order, default)));
        Assert.Equal(ChargeOutcome.NotTaken, (await _sandbox.ReadAsync(order, name, default)).Outcome);
        Assert.Equal(ChargeOutcome.NotTaken, (await _sandbox.CancelAsync(order, name, default)).Outcome);
    }

    [Theory]
    [InlineData("pm_card_visa", RefundStatus.Succeeded, RefundStatus.Succeeded)]
    [InlineData("pm_card_refundFail", RefundStatus.Failed, RefundStatus.Failed)]
    [InlineData("pm_card_pendingRefund", RefundStatus.Asked, RefundStatus.Succeeded)]
    public async Task Refund_TestCard_HasItsOutcome(string token, RefundStatus first, RefundStatus later)
    {
        var charge = await _sandbox.PrepareAsync(Order(token, 1), default);
        var order = new RefundOrder(Guid.NewGuid(), Guid.NewGuid(), charge, Money.FromDollars(1), true, DateTimeOffset.UnixEpoch);
        Assert.Equal(
            (first, later),
            ((await _sandbox.RefundAsync(order, default)).Status, (await _sandbox.FindRefundAsync(order, default))!.Status));
    }

    [Fact]
    public async Task Charge_DisputedCard_NamesADisputeOfIt()
    {
        var result = await ChargeAsync("pm_card_createDispute", 1);
        var dispute = await _sandbox.ReadDisputeAsync(result.DisputeReference!, true, default);
        Assert.Equal((result.Reference, DisputeStatus.Open), (dispute!.ChargeReference, dispute.Status));
        Assert.Null(await _sandbox.ReadDisputeAsync(result.DisputeReference!, false, default));
        Assert.Null((await ChargeAsync("pm_card_visa", 1)).DisputeReference);
    }

    [Fact]
    public void Providers_SandboxForLiveMerchants_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new PaymentProviders(_sandbox, _sandbox));

    [Fact]
    public async Task Charge_LiveMerchant_IsRefused()
    {
        var result = await ChargeAsync(Order("pm_card_visa", 1) with { IsTest = false });
        Assert.Equal((ChargeOutcome.HardDeclined, "test_card_in_live_mode"), (result.Outcome, result.DeclineCode));
    }

    private static ChargeOrder Order(string token, int attempt) =>
        new(Guid.NewGuid(), attempt, Money.FromDollars(1), token, Guid.NewGuid(), true, "Credit");

    private Task<ChargeResult> ChargeAsync(string token, int attempt) => ChargeAsync(Order(token, attempt));

    private async Task<ChargeResult> ChargeAsync(ChargeOrder order) =>
        await _sandbox.ChargeAsync(order, await _sandbox.PrepareAsync(order, default), default);

    private async Task<ChargeResult> ReadAsync(ChargeOrder order) =>
        await _sandbox.ReadAsync(order, await _sandbox.PrepareAsync(order, default), default);
}
