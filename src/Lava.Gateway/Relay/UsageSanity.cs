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
    public static bool IsAbsurd(in Usage usage, CallEstimate estimate, ModelPrice price) =>
        usage.InputTokens > RoundsMax * Math.Max(estimate.InputTokens, price.ContextWindow)
        || usage.OutputTokens > RoundsMax * Math.Max(estimate.OutputTokens, price.MaxOutput)
        || usage.WebSearches > SearchesMax
        || usage.Images > PiecesMax
        || usage.Pages > PiecesMax
        || usage.InputCharacters > CharactersMax
        || usage.OutputCharacters > CharactersMax
        || usage.InputMicroseconds > MicrosecondsMax
        || usage.OutputMicroseconds > MicrosecondsMax
        || usage.ProviderMicrounits > MicrounitsMax;
}
