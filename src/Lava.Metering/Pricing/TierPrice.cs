using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>
/// What a tier of a model costs. The row's other token prices (caches, audio, images, reasoning, the long ones) follow the ratio of
/// its input or output, rounded up once.
/// </summary>
/// <param name="Tier">The tier.</param>
/// <param name="Input">Input, per million tokens.</param>
/// <param name="Output">Output, per million tokens.</param>
/// <param name="CachedInput">Input read from a cache, per million tokens, where it does not follow the ratio.</param>
public sealed record TierPrice(ServiceTier Tier, Money Input, Money Output, Money? CachedInput = null);
