using Lava.Gateway.Reservation;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Relay;

/// <summary>
/// Whether a provider's figures can be true. They may be over what was reserved for: tools that the provider runs read and write many
/// times. But not without bound: a figure that nothing explains is a lie or a bug, and must not put a wallet into debt.
/// </summary>
internal static class UsageSanity
{
    /// <summary>
    /// Times that one call's loop of tools may fill the model's window. The longest that are known (deep research) make some thirty rounds.
    /// </summary>
    private const long RoundsMax = 64;

    /// <summary>
    /// Requests that one batch may hold, each with a window of its own: https://platform.openai.com/docs/guides/batch has 50,000, others
    /// (Anthropic, 100,000) more.
    /// </summary>
    private const long BatchedMax = 100_000;

    /// <summary>Tokens in a window, where the model is priced by something else and has none.</summary>
    private const long UsualWindow = 1_000_000;

    /// <summary>Searches of one call: ten times what the longest loops make.</summary>
    private const long SearchesMax = 1_000;

    /// <summary>Images and pages of one call: ten times what any provider takes.</summary>
    private const long PiecesMax = 10_000;

    /// <summary>Sound or film of one call: a week.</summary>
    private const long MicrosecondsMax = 7L * 24 * 3600 * 1_000_000;

    /// <summary>Characters of one call: ten books.</summary>
    private const long CharactersMax = 10_000_000;

    /// <summary>A provider's own units of one call, millionths.</summary>
    private const long MicrounitsMax = 1_000_000L * 1_000_000;

    /// <summary>Is one of them beyond belief?</summary>
    /// <param name="usage">The figures.</param>
    /// <param name="estimate">What was reserved for.</param>
    /// <param name="price">The price that it was reserved at.</param>
    /// <param name="tier">The tier that the answer names: a batch is many calls.</param>
    public static bool IsAbsurd(in Usage usage, CallEstimate estimate, ModelPrice price, ServiceTier tier)
    {
        var rounds = tier == ServiceTier.Batch ? BatchedMax : RoundsMax;
        var (input, output) = price.ContextWindow > 0 ? (price.ContextWindow, price.MaxOutput) : (UsualWindow, UsualWindow);
        return usage.InputTokens > rounds * Math.Max(estimate.InputTokens, input)
            || usage.OutputTokens > rounds * Math.Max(estimate.OutputTokens, output)
            || HasAbsurdUnits(usage);
    }

    private static bool HasAbsurdUnits(in Usage usage) =>
        usage.WebSearches > SearchesMax
        || usage.Images > PiecesMax
        || usage.Pages > PiecesMax
        || usage.InputCharacters > CharactersMax
        || usage.OutputCharacters > CharactersMax
        || usage.InputMicroseconds > MicrosecondsMax
        || usage.OutputMicroseconds > MicrosecondsMax
        || usage.ProviderMicrounits > MicrounitsMax;
}
