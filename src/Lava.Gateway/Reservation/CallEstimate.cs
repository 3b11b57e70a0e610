using Lava.Gateway.Realtime;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Reservation;

/// <summary>The most tokens that a call can use.</summary>
/// <param name="InputTokens">Input, bounded by the body's bytes and the model's context window.</param>
/// <param name="OutputTokens">Output, over all choices.</param>
/// <param name="InputMicroseconds">Sound in, where that is what costs.</param>
internal readonly record struct CallEstimate(long InputTokens, long OutputTokens, long InputMicroseconds = 0)
{
    /// <summary>
    /// A token of text is at least one byte of the body, so the body's length bounds the input, the JSON around it standing for what
    /// providers add of their own. What is billed otherwise (images, documents, what the body only refers to) is bounded by the model's
    /// window alone.
    /// </summary>
    public static CallEstimate Of(in RequestFacts facts, int bodyBytes, ModelPrice price, long? outputCap)
    {
        var input = facts.RemoteContent ? Math.Max(price.ContextWindow, bodyBytes) : bodyBytes;
        if (price.ContextWindow > 0)
        {
            input = Math.Min(input, price.ContextWindow);
        }

        var output = Math.Min(facts.MaxOutputTokens ?? price.MaxOutput, price.MaxOutput);
        output = Math.Min(output, outputCap ?? long.MaxValue);
        return new CallEstimate(input, output * Math.Max(1, facts.Choices));
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
    public CallBounds Bounds => new(InputTokens, OutputTokens, Modalities.Audio | Modalities.Image, OtherUnits: InputMicroseconds);

    /// <summary>Tokens in so many bytes of text, where nothing better is known.</summary>
    public static long Tokens(long bytes) => (bytes + GatewayLimits.EstimatedBytesPerToken - 1) / GatewayLimits.EstimatedBytesPerToken;
}
