using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Services;

/// <summary>What a model costs, per million tokens; without what has no price of its own.</summary>
internal sealed record PricingView(
    string Type,
    Money Input,
    Money Output,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? CacheInputRead,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? CacheInputWrite,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PricePairView? Audio,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PricePairView? Image)
{
    public static PricingView From(ModelPrice price) => new(
        RequestJson.UnitName(TierType.Tokens1M),
        price.Input,
        price.Output,
        price.CachedInput,
        price.CacheWrite,
        PricePairView.From(price.AudioInput, price.AudioOutput),
        PricePairView.From(price.ImageInput, price.ImageOutput));

    /// <summary>The kinds of work that the model has a price of its own for.</summary>
    public static IReadOnlyList<string> Capabilities(ModelPrice price)
    {
        (string Name, Money? Price)[] kinds =
        [
            ("prompt_caching", price.CachedInput), ("audio_input", price.AudioInput), ("audio_output", price.AudioOutput),
            ("image_input", price.ImageInput), ("image_output", price.ImageOutput), ("reasoning", price.Reasoning),
            ("web_search", price.WebSearch1K),
        ];
        return [.. kinds.Where(kind => kind.Price is not null).Select(kind => kind.Name)];
    }
}
