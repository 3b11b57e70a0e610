using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Server.Api.TestClocks;

/// <summary><c>/v1/test_clock</c>: lets a test merchant's time pass, with all that billing does meanwhile.</summary>
internal sealed class TestClockEndpoints(ManagementDependencies dependencies)
{
    // One advance of a merchant at a time.
    private readonly ChangeGate _advances = new();

    public async Task GetAsync(ApiCall call)
    {
        var now = await Clock(call).NowAsync(call.Merchant.Id, call.Aborted);
        await call.OkAsync(new TestClockView(now));
    }

    public async Task AdvanceAsync(ApiCall call)
    {
        var clock = Clock(call);
        var body = await call.ReadBodyAsync();
        var to = body.Time("to");
        if (to is null && !body.Has("to"))
        {
            body.Errors.Add("to", "is required");
        }

        body.Errors.ThrowIfAny();
        var counts = await _advances.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var now = CycleTimes.WholeSecond(await clock.NowAsync(call.Merchant.Id, call.Aborted));
                if (to < now || to > now.AddYears(TestClock.YearsMax))
                {
                    body.Errors.Add("to", $"must be from the present test time on, and at most {TestClock.YearsMax} years ahead");
                    body.Errors.ThrowIfAny();
                }

                await call.CatchUpAsync();
                return await clock.AdvanceAsync(call.Merchant.Id, to!.Value, CancellationToken.None);
            },
            call.Aborted)
            ?? throw new ApiException(
                ErrorCode.InvalidParameter, $"More than {TestClock.StepsMax} moments on the way: advance in smaller steps");
        await call.OkAsync(TestClockAdvanceView.From(to!.Value, counts));
    }

    private TestClock Clock(ApiCall call) => call.Merchant.IsTest && dependencies.Subscriptions.Clock is { } clock
        ? clock
        : throw new ApiException(ErrorCode.Forbidden, "Test clocks are for test keys, on a server that was started with --test-clock");
}
