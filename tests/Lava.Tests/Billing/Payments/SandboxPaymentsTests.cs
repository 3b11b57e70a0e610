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
            Assert.Equal(outcome == ChargeOutcome.Succeeded, result.Reference is not null);
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
    public async Task Charge_Timeout_IsUnknownAndFoundPaid()
    {
        var order = Order("pm_card_chargeTimeout", 1);
        Assert.Equal(ChargeOutcome.Unknown, (await _sandbox.ChargeAsync(order, default)).Outcome);
        Assert.Equal(ChargeOutcome.Succeeded, (await _sandbox.FindAsync(order, default))!.Outcome);
    }

    [Fact]
    public async Task Charge_LiveMerchant_IsRefused()
    {
        var result = await _sandbox.ChargeAsync(Order("pm_card_visa", 1) with { IsTest = false }, default);
        Assert.Equal((ChargeOutcome.HardDeclined, "test_card_in_live_mode"), (result.Outcome, result.DeclineCode));
    }

    private static ChargeOrder Order(string token, int attempt) =>
        new(Guid.NewGuid(), attempt, Money.FromDollars(1), token, Guid.NewGuid(), true, "Credit");

    private Task<ChargeResult> ChargeAsync(string token, int attempt) => _sandbox.ChargeAsync(Order(token, attempt), default);
}
