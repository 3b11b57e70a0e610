using Lava.Core;

namespace Lava.Server.Api.SpendKeys;

/// <summary>A hard limit of spend.</summary>
internal sealed record SpendLimitView(Money Amount, string Cycle);
