using Lava.Billing.Payments;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

public sealed class StripeChargeTests : IAsyncLifetime
{
    private StripeAccount _account = null!;

    public async Task InitializeAsync() => _account = await StripeAccount.OpenAsync();

    public async Task DisposeAsync() => await _account.DisposeAsync();

    [Fact]
    public async Task Charge_GoodCard_TakesTheMoneyOnceHoweverOftenItIsAsked()
    {
        var order = _account.Order();
        var reference = await _account.Payments.PrepareAsync(order, CancellationToken.None);
        Assert.Equal(0, _account.Books(order).Captured);
        Assert.Equal(ChargeOutcome.NotTaken, (await ReadAsync(order, reference)).Outcome);

        var first = await ChargeAsync(order, reference);
        var second = await ChargeAsync(order, reference);

        Assert.Equal(new ChargeResult(ChargeOutcome.Succeeded, null, null, reference), first);
        Assert.Equal(first, second);
        Assert.Equal(first, await ReadAsync(order, reference));
        Assert.Equal(reference, await _account.Payments.PrepareAsync(order, CancellationToken.None));
        Assert.Equal(new StandInBooks(2_500, 0, 0, 1, 1), _account.Books(order));
        Assert.Equal("Credit", (string?)_account.StandIn.Read(reference)!["description"]);
    }

    [Theory]
    [InlineData("pm_card_visa_chargeDeclined", "generic_decline", ChargeOutcome.Declined)]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds", ChargeOutcome.Declined)]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", "lost_card", ChargeOutcome.HardDeclined)]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", ChargeOutcome.HardDeclined)]
    [InlineData("pm_card_chargeDeclinedProcessingError", "processing_error", ChargeOutcome.Declined)]
    [InlineData("pm_card_authenticationRequired", "authentication_required", ChargeOutcome.ActionRequired)]
    public async Task Charge_BankRefuses_SaysWhyNowAndLater(string card, string code, ChargeOutcome outcome)
    {
        var order = _account.Order(card);
        var result = await _account.PayAsync(order);

        Assert.Equal((outcome, code, null), (result.Outcome, result.DeclineCode, result.Message));
        Assert.Null(result.ClientSecret);
        Assert.Equal(result, await ReadAsync(order, result.Reference!));
        Assert.Equal(result, await ChargeAsync(order, result.Reference!));
        Assert.Equal(0, _account.Books(order).Captured);
        Assert.Empty(_account.Failures);
    }

    [Theory]
    [InlineData(true, ChargeOutcome.Succeeded, null, 2_500)]
    [InlineData(false, ChargeOutcome.Declined, "payment_intent_authentication_failure", 0)]
    public async Task Charge_BankAsksSomebodyOnThePage_WaitsForTheAnswer(bool confirms, ChargeOutcome outcome, string? code, long captured)
    {
        var order = _account.Order("pm_card_authenticationRequired", isAttended: true);
        var asked = await _account.PayAsync(order);
        Assert.Equal(ChargeOutcome.ActionRequired, asked.Outcome);
        Assert.StartsWith($"{asked.Reference}_secret_", asked.ClientSecret, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", asked.ToString(), StringComparison.Ordinal);

        _account.StandIn.AnswerCharge(asked.Reference!, confirms);
        var answered = await ReadAsync(order, asked.Reference!);

        Assert.Equal((outcome, code), (answered.Outcome, answered.DeclineCode));
        Assert.Equal(captured, _account.Books(order).Captured);
    }

    /// <summary>Each state of a charge that only the vendor can bring about, and what it means.</summary>
    [Theory]
    [InlineData("requires_confirmation", null, false, ChargeOutcome.NotTaken)]
    [InlineData("canceled", null, false, ChargeOutcome.NotTaken)]
    [InlineData("canceled", "lost_card", false, ChargeOutcome.NotTaken)]
    [InlineData("processing", null, false, ChargeOutcome.Unknown)]
    [InlineData("a_word_of_next_year", null, false, ChargeOutcome.Unknown)]
    [InlineData("requires_capture", null, false, ChargeOutcome.Unknown)]
    [InlineData("requires_payment_method", null, false, ChargeOutcome.NotTaken)]
    [InlineData("requires_payment_method", "lost_card", false, ChargeOutcome.HardDeclined)]
    [InlineData("requires_payment_method", "authentication_required", false, ChargeOutcome.ActionRequired)]
    [InlineData("requires_payment_method", "authentication_required", true, ChargeOutcome.Declined)]
    [InlineData("requires_action", null, false, ChargeOutcome.ActionRequired)]
    public async Task Read_EachState_MeansWhatTheTableSays(string status, string? code, bool isAttended, ChargeOutcome outcome)
    {
        var order = _account.Order(isAttended: isAttended);
        var reference = await _account.Payments.PrepareAsync(order, CancellationToken.None);
        _account.StandIn.Change(reference, intent =>
        {
            intent["status"] = status;
            intent["last_payment_error"] = code is null ? null : new System.Text.Json.Nodes.JsonObject { ["decline_code"] = code };
        });

        var result = await ReadAsync(order, reference);

        Assert.Equal(outcome, result.Outcome);
        Assert.Null(result.ClientSecret);
    }

    [Theory]
    [InlineData("amount_received", "amount_received")]
    [InlineData("amount", "amount")]
    [InlineData("currency", "currency")]
    [InlineData("livemode", "livemode")]
    [InlineData("metadata", "lava_payment, lava_attempt")]
    public async Task Read_AnotherChargeThanWasOrdered_IsForAPersonToLookAt(string member, string named)
    {
        var order = _account.Order();
        var reference = (await _account.PayAsync(order)).Reference!;
        _account.StandIn.Change(reference, intent => intent[member] = member switch
        {
            "currency" => "eur",
            "livemode" => true,
            "metadata" => new System.Text.Json.Nodes.JsonObject(),
            _ => 2_499,
        });

        var result = await ReadAsync(order, reference);

        Assert.Equal(new ChargeResult(ChargeOutcome.Unknown, ChargeResult.Mismatch, $"The charge differs in {named}", reference), result);
        Assert.Equal(result, await _account.Payments.CancelAsync(order, reference, CancellationToken.None));
    }

    [Fact]
    public async Task Cancel_NotCharged_IsFinal()
    {
        var order = _account.Order();
        var reference = await _account.Payments.PrepareAsync(order, CancellationToken.None);
        Assert.Equal(ChargeOutcome.NotTaken, (await _account.Payments.CancelAsync(order, reference, CancellationToken.None)).Outcome);

        Assert.Equal(ChargeOutcome.NotTaken, (await _account.Payments.CancelAsync(order, reference, CancellationToken.None)).Outcome);
        Assert.Equal(ChargeOutcome.NotTaken, (await ChargeAsync(order, reference)).Outcome);
        Assert.Equal(0, _account.Books(order).Captured);
    }

    [Fact]
    public async Task Cancel_Charged_IsTooLate()
    {
        var order = _account.Order();
        var reference = (await _account.PayAsync(order)).Reference!;
        Assert.Equal(ChargeOutcome.Succeeded, (await _account.Payments.CancelAsync(order, reference, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Cancel_WhileItIsProcessed_IsNotFinalAndWorksLater()
    {
        var order = _account.Order();
        var reference = await _account.Payments.PrepareAsync(order, CancellationToken.None);
        _account.StandIn.Change(reference, intent => intent["status"] = "processing");
        Assert.Equal(ChargeOutcome.Unknown, (await _account.Payments.CancelAsync(order, reference, CancellationToken.None)).Outcome);

        _account.StandIn.Change(reference, intent => intent["status"] = "requires_payment_method");
        Assert.Equal(ChargeOutcome.NotTaken, (await _account.Payments.CancelAsync(order, reference, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Find_AmongMany_IsTheAttemptsOwn()
    {
        var orders = Enumerable.Range(0, 120).Select(_ => _account.Order()).ToList();
        var names = new List<string>();
        foreach (var order in orders)
        {
            names.Add(await _account.Payments.PrepareAsync(order, CancellationToken.None));
        }

        Assert.Equal(names[0], await _account.Payments.FindAsync(orders[0], CancellationToken.None));
        Assert.Equal(names[^1], await _account.Payments.FindAsync(orders[^1], CancellationToken.None));
        Assert.Null(await _account.Payments.FindAsync(orders[0] with { Attempt = 2 }, CancellationToken.None));
        Assert.Null(await _account.Payments.FindAsync(_account.Order(), CancellationToken.None));
    }

    [Fact]
    public async Task Find_ListDoesNotCome_ThrowsInPlaceOfSayingThereIsNone()
    {
        _account.StandIn.On("GET /v1/payment_intents").Fault(StandInFault.Plain500, times: 4);
        await Assert.ThrowsAsync<ProviderUnavailableException>(
            () => _account.Payments.FindAsync(_account.Order(), CancellationToken.None));
    }

    [Fact]
    public async Task Read_NameThatStripeDoesNotHave_IsNoMismatchYet()
    {
        var result = await ReadAsync(_account.Order(), "pi_unknown");

        Assert.Equal((ChargeOutcome.Unknown, ChargeResult.NotThere), (result.Outcome, result.DeclineCode));
    }

    [Fact]
    public async Task Prepare_WhatStripeRefuses_ThrowsItsCodeAlone()
    {
        var unknown = _account.Order() with { MethodReference = "pm_unknown" };
        var refused = await Assert.ThrowsAsync<ProviderRefusedException>(
            () => _account.Payments.PrepareAsync(unknown, CancellationToken.None));

        Assert.Equal("resource_missing", refused.Code);
        Assert.DoesNotContain("pm_unknown", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(("resource_missing", "payment_method", 400), Assert.Single(_account.Failures) switch
        {
            var failure => (failure.Code, failure.Parameter, failure.Status),
        });
        await RefusedAsync("amount_too_small", _account.Order(cents: 49));
        await RefusedAsync("amount_not_whole_cents", _account.Order() with { Amount = new(1) });
        await RefusedAsync("wrong_mode", _account.Order() with { IsTest = false });
    }

    private async Task RefusedAsync(string code, ChargeOrder order) => Assert.Equal(
        code,
        (await Assert.ThrowsAsync<ProviderRefusedException>(() => _account.Payments.PrepareAsync(order, CancellationToken.None))).Code);

    private Task<ChargeResult> ReadAsync(ChargeOrder order, string reference) =>
        _account.Payments.ReadAsync(order, reference, CancellationToken.None);

    private Task<ChargeResult> ChargeAsync(ChargeOrder order, string reference) =>
        _account.Payments.ChargeAsync(order, reference, CancellationToken.None);
}
