using Lava.Core;

namespace Lava.Server.Api.Settings;

/// <summary>What a call of a model without a price costs, per million tokens.</summary>
internal sealed record CeilingView(Money InputRate, Money OutputRate);
