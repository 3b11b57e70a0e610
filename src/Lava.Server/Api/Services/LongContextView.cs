using System.Text.Json.Serialization;
using Lava.Core;

namespace Lava.Server.Api.Services;

/// <summary>What a request costs as a whole whose input is above a bound, per million tokens.</summary>
/// <param name="Above">Input tokens, cached ones included.</param>
/// <param name="Input">Input.</param>
/// <param name="Output">Output.</param>
/// <param name="CacheInputRead">Input read from a cache, where it has a price of its own there.</param>
/// <param name="CacheInputWrite">Input written to one, where it has a price of its own there.</param>
internal sealed record LongContextView(
    long Above,
    Money Input,
    Money Output,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? CacheInputRead,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? CacheInputWrite);
