using System.Text.Json.Serialization;
using Lava.Core;

namespace Lava.Server.Api.Services;

/// <summary>What a service tier costs, per million tokens.</summary>
/// <param name="Tier">The tier as a request's <c>service_tier</c> has it.</param>
/// <param name="Input">Input.</param>
/// <param name="Output">Output.</param>
/// <param name="CacheInputRead">Input read from a cache, where the model has a price for it.</param>
internal sealed record TierPricingView(
    string Tier,
    Money Input,
    Money Output,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? CacheInputRead);
