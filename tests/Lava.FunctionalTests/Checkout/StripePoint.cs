namespace Lava.FunctionalTests.Checkout;

/// <summary>A call to Stripe at which the server is killed.</summary>
/// <param name="Request">Method and path; <c>*</c> stands for one segment.</param>
/// <param name="IsDone">After Stripe has done it; else before.</param>
internal sealed record StripePoint(string Request, bool IsDone) : ICrashPoint
{
    public async Task PassAsync(StripeShop shop, string database, Func<Task> begin, TimeSpan limit)
    {
        var route = shop.Stripe.On(Request);
        var gate = IsDone ? route.HaltAfterCommit() : route.HaltBefore();
        var begun = begin();
        await gate.Reached.WaitAsync(limit);
        await shop.KillAsync();
        gate.Open();
        await begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
