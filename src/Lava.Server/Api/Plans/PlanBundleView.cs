using Lava.Core;

namespace Lava.Server.Api.Plans;

/// <summary>A credit bundle as its plan shows it.</summary>
internal sealed record PlanBundleView(string CreditBundleId, string Name, Money Cost, Money CreditAmount);
