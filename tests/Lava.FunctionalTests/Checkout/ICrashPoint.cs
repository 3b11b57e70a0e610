namespace Lava.FunctionalTests.Checkout;

/// <summary>Where a shop's server is killed.</summary>
internal interface ICrashPoint
{
    /// <summary>Begins something that comes to the point, and kills the server there. What was begun may have failed with it.</summary>
    Task PassAsync(StripeShop shop, string database, Func<Task> begin, TimeSpan limit);
}
