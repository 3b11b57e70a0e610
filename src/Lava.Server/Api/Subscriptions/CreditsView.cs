using Lava.Core;

namespace Lava.Server.Api.Subscriptions;

/// <summary>What a subscription's customer has left; the total is the customer's balance, granted credit and debt included.</summary>
internal sealed record CreditsView(Money TotalRemaining, Money CycleRemaining, Money BundleRemaining);
