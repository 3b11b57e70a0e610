using System.Text.Json.Serialization;
using Lava.Core;

namespace Lava.Server.Api.Services;

/// <summary>A price in and a price out, per million tokens; without those that the model has not.</summary>
internal sealed record PricePairView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Input,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Output)
{
    public static PricePairView? From(Money? input, Money? output) =>
        input is null && output is null ? null : new PricePairView(input, output);
}
