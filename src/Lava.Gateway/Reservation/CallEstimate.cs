using Lava.Gateway.Realtime;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Reservation;

/// <summary>The most that a call can use, as far as its request tells.</summary>
/// <param name="InputTokens">Input, bounded by the body's bytes and the model's context window.</param>
/// <param name="OutputTokens">Output, over all choices.</param>
internal readonly record struct CallEstimate(long InputTokens, long OutputTokens)
{
    /// <summary>What is not counted in tokens.</summary>
    public Usage Units { get; init; }

    /// <summary>The tier that is asked for.</summary>
    public ServiceTier? ServiceTier { get; init; }

    /// <summary>
    /// A token of text is at least one byte of the body, so the body's length bounds the input, the JSON around it standing for what
    /// providers add of their own. What is billed otherwise (images, documents, what the body only refers to) is bounded by the model's
    /// window alone.
    /// </summary>
    public static CallEstimate Of(ProviderEndpoint endpoint, in RequestFacts facts, int bodyBytes, ModelPrice price, long? outputCap)
    {
        var input = facts.RemoteContent || facts.HasRecording ? Math.Max(price.ContextWindow, bodyBytes) : bodyBytes;
        if (price.ContextWindow > 0)
        {
            input = Math.Min(input, price.ContextWindow);
        }

        var output = Math.Min(facts.MaxOutputTokens ?? price.MaxOutput, price.MaxOutput);
        output = Math.Min(output, outputCap ?? long.MaxValue);
        return new CallEstimate(input, output * Math.Max(1, facts.Choices))
        {
            Units = UnitsOf(endpoint, facts, price),
            ServiceTier = facts.ServiceTier,
        };
    }

    /// <summary>
    /// One turn of a realtime session: the provider sends the whole conversation through the model again, so the model's window bounds
    /// the input and its own maximum the output, whatever the events ask for.
    /// </summary>
    public static CallEstimate OfTurn(ModelPrice price) =>
        new(price.ContextWindow > 0 ? Math.Min(price.ContextWindow, RealtimeLimits.HeldInputTokens) : 0, price.MaxOutput);

    /// <summary>
    /// For pricing. Audio and images may stand anywhere in a body: where they cost more than text, their price bounds it.
    /// </summary>
    public CallBounds Bounds(Meter? meter) => new(InputTokens, OutputTokens, Modalities.Audio | Modalities.Image, Units.WebSearches)
    {
        Images = Units.Images,
        InputCharacters = Units.InputCharacters,
        OutputCharacters = Units.OutputCharacters,
        InputMicroseconds = Units.InputMicroseconds,
        OutputMicroseconds = Units.OutputMicroseconds,
        Pages = Units.Pages,
        ProviderMicrounits = Units.ProviderMicrounits,
        ServiceTier = ServiceTier,
        OtherUnits = meter?.TierType == TierType.Minutes
            ? Units.InputMicroseconds + Units.OutputMicroseconds
            : Units.InputCharacters + Units.OutputCharacters,
    };

    /// <summary>The most of both: either of two models may answer.</summary>
    public CallEstimate Or(in CallEstimate other) => this with
    {
        InputTokens = Math.Max(InputTokens, other.InputTokens),
        OutputTokens = Math.Max(OutputTokens, other.OutputTokens),
    };

    /// <summary>Tokens in so many bytes of text, where nothing better is known.</summary>
    public static long Tokens(long bytes) => (bytes + GatewayLimits.EstimatedBytesPerToken - 1) / GatewayLimits.EstimatedBytesPerToken;

    /// <summary>What the request counts, and for what only the answer will tell, a bound where it has a price.</summary>
    private static Usage UnitsOf(ProviderEndpoint endpoint, in RequestFacts facts, ModelPrice price)
    {
        var units = facts.Counts;
        units.WebSearches = Math.Max(units.WebSearches, facts.WebSearches);
        units.Images = Math.Max(units.Images, endpoint.Counts.GetValueOrDefault(FieldRole.Images));

        // One script's characters count twice with some (MiniMax).
        units.InputCharacters *= GatewayLimits.CharacterWeightMax;
        if (price.InputSecond is not null && units.InputMicroseconds == 0)
        {
            units.InputMicroseconds = GatewayLimits.RecordingMicroseconds;
        }

        if (price.OutputSecond is not null && units.OutputMicroseconds == 0)
        {
            units.OutputMicroseconds = GatewayLimits.FilmMicroseconds;
        }

        units.Pages = price.Page is null ? 0 : Math.Max(units.Pages, GatewayLimits.DocumentPages);
        if (price.ProviderUnit is not null)
        {
            var pieces = Math.Max(units.InputCharacters, Math.Max(units.Images, GatewayLimits.ProviderUnits));
            units.ProviderMicrounits = Math.Min(pieces, Usage.MaxCount / GatewayLimits.MicrounitsPerUnit) * GatewayLimits.MicrounitsPerUnit;
        }

        return units;
    }
}
