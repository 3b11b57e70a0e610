using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

public sealed class StripeClientTests
{
    private const string Create = "POST /v1/payment_intents";
    private const string Confirm = "POST /v1/payment_intents/*/confirm";

    /// <summary>What goes wrong, and whether the same key finds its way in the end.</summary>
    public static TheoryData<StandInFault, int> Passing => new()
    {
        { StandInFault.ResetBefore, 3 }, { StandInFault.ResetAfterCommit, 3 }, { StandInFault.HalfAnswer, 3 },
        { StandInFault.Plain500, 3 }, { StandInFault.LockTimeout409, 3 }, { StandInFault.RateLimit429, 3 },
        { StandInFault.TimeoutBefore, 1 }, { StandInFault.TimeoutAfterCommit, 1 },
    };

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Charge_WhatPasses_IsTriedAgainUnderTheSameKeyAndDoneOnce(StandInFault fault, int times)
    {
        await using var account = await OpenAsync(fault);
        account.StandIn.On(Create).Fault(fault, times);
        account.StandIn.On(Confirm).Fault(fault, times);
        var order = account.Order();

        Assert.Equal(ChargeOutcome.Succeeded, (await account.PayAsync(order)).Outcome);

        Assert.Equal(new StandInBooks(2_500, 0, 0, 1, 1), account.Books(order));
        var keys = account.StandIn.Requests.Where(request => request.Path.EndsWith("/confirm", StringComparison.Ordinal)).ToList();
        Assert.Equal(times + 1, keys.Count);
        Assert.Single(keys.Select(request => request.Key).Distinct());
        Assert.Empty(account.Failures);
    }

    [Theory]
    [InlineData(StandInFault.ResetBefore, 0, 0)]
    [InlineData(StandInFault.ResetAfterCommit, 0, 2_500)]
    [InlineData(StandInFault.HalfAnswer, 0, 2_500)]
    [InlineData(StandInFault.Plain500, 500, 0)]
    [InlineData(StandInFault.LockTimeout409, 409, 0)]
    [InlineData(StandInFault.RateLimit429, 429, 0)]
    [InlineData(StandInFault.Stored500, 500, 0)]
    [InlineData(StandInFault.Stored500AfterCommit, 500, 2_500)]
    public async Task Charge_WhatDoesNotPass_IsUnknownUntilItIsReadByName(StandInFault fault, int status, long captured)
    {
        await using var account = await OpenAsync(fault);
        var isKept = fault is StandInFault.Stored500 or StandInFault.Stored500AfterCommit;
        account.StandIn.On(Confirm).Fault(fault, times: isKept ? 1 : 4);
        var order = account.Order();

        var result = await account.PayAsync(order);

        Assert.Equal((ChargeOutcome.Unknown, null), (result.Outcome, result.DeclineCode));
        Assert.Equal(captured, account.Books(order).Captured);
        Assert.Equal(status, Assert.Single(account.Failures).Status);
        Assert.Equal(4, account.Count("POST", "/confirm"));
        var read = await account.Payments.ReadAsync(order, result.Reference!, CancellationToken.None);
        Assert.Equal(captured > 0 ? ChargeOutcome.Succeeded : ChargeOutcome.NotTaken, read.Outcome);
    }

    [Fact]
    public async Task Charge_NoServer_IsUnknown()
    {
        var account = await OpenAsync(StandInFault.ResetBefore);
        var order = account.Order();
        var reference = await account.Payments.PrepareAsync(order, CancellationToken.None);
        await account.StandIn.DisposeAsync();

        Assert.Equal(ChargeOutcome.Unknown, (await account.Payments.ChargeAsync(order, reference, CancellationToken.None)).Outcome);
        Assert.Equal(ChargeOutcome.Unknown, (await account.Payments.ReadAsync(order, reference, CancellationToken.None)).Outcome);
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => account.Payments.PrepareAsync(order, CancellationToken.None));
        Assert.Equal("connection_failed", account.Failures[0].Code);
        account.Client.Dispose();
    }

    [Fact]
    public async Task Charge_WhileTheFirstOneIsStillRunning_IsNotDoneTwice()
    {
        await using var account = await StripeAccount.OpenAsync(limits: StripeAccount.Quick with { Retries = 0 });
        var order = account.Order();
        var reference = await account.Payments.PrepareAsync(order, CancellationToken.None);
        var gate = account.StandIn.On(Confirm).HaltAfterCommit();
        var first = account.Payments.ChargeAsync(order, reference, CancellationToken.None);
        await gate.Reached;

        var second = await account.Payments.ChargeAsync(order, reference, CancellationToken.None);
        gate.Open();

        Assert.Equal(ChargeOutcome.Unknown, second.Outcome);
        Assert.Equal("idempotency_key_in_use", Assert.Single(account.Failures).Code);
        Assert.Equal(ChargeOutcome.Succeeded, (await first).Outcome);
        Assert.Equal(1, account.Books(order).Captures);
    }

    [Fact]
    public async Task Charge_CallerGoes_EndsAtOnce()
    {
        await using var account = await OpenAsync(StandInFault.ResetBefore);
        var order = account.Order();
        var reference = await account.Payments.PrepareAsync(order, CancellationToken.None);
        var gate = account.StandIn.On(Confirm).HaltBefore();
        using var gone = new CancellationTokenSource();
        var charging = account.Payments.ChargeAsync(order, reference, gone.Token);
        await gate.Reached;

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => charging);
        gate.Open();
    }

    [Fact]
    public async Task Get_KeysThatAreRefused_IsAFailureThatNamesNoKey()
    {
        await using var standIn = await StripeStandIn.StartAsync();
        var options = new StripeOptions("sk_test_wrong", standIn.PublishableKey, ["whsec_secret"], new Uri(standIn.Url));
        using var client = new StripeClient(options, TimeProvider.System);

        var answer = await client.GetAsync("/v1/disputes/dp_1", null, CancellationToken.None);

        Assert.Equal((401, "api_key_invalid", false), (answer.Failure!.Status, answer.Failure.Code, answer.Failure.MayPass));
        var texts = $"{answer} {answer.Failure} {options} {Assert.Throws<ProviderUnavailableException>(() => answer.OrThrow())}";
        Assert.DoesNotContain("sk_test", texts, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec", texts, StringComparison.Ordinal);
    }

    // Waiting for an answer that never comes takes its time: only where that is the fault.
    private static Task<StripeAccount> OpenAsync(StandInFault fault) => StripeAccount.OpenAsync(
        limits: fault is StandInFault.TimeoutBefore or StandInFault.TimeoutAfterCommit
            ? StripeAccount.Quick with { Answer = TimeSpan.FromSeconds(2) }
            : StripeAccount.Quick);
}
