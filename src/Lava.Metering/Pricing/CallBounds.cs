namespace Lava.Metering.Pricing;

/// <summary>The most that a call can use, as far as its request tells before it runs.</summary>
/// <param name="InputTokens">Input tokens.</param>
/// <param name="OutputTokens">Output tokens, all answers of the call together.</param>
/// <param name="Modalities">What the input may carry beside text.</param>
/// <param name="WebSearches">Searches that the provider may run.</param>
/// <param name="OtherUnits">Characters or microseconds, where the meter counts those.</param>
/// <param name="Images">Images made.</param>
/// <param name="InputCharacters">Characters in.</param>
/// <param name="OutputCharacters">Characters out.</param>
/// <param name="InputMicroseconds">Audio or video in, microseconds.</param>
/// <param name="OutputMicroseconds">Audio or video out, microseconds.</param>
/// <param name="Pages">Pages read.</param>
/// <param name="ProviderMicrounits">The provider's own units, millionths.</param>
/// <param name="ServiceTier">
/// The tier that is asked for, null where none is. The provider may serve it at the standard one all the same, so the dearer of both is
/// held; who leaves the choice to the provider ("auto") asks for the dearest that it may choose, <see cref="ServiceTier.Priority"/>.
/// </param>
public readonly record struct CallBounds(
    long InputTokens,
    long OutputTokens,
    Modalities Modalities = Modalities.Text,
    long WebSearches = 0,
    long OtherUnits = 0,
    long Images = 0,
    long InputCharacters = 0,
    long OutputCharacters = 0,
    long InputMicroseconds = 0,
    long OutputMicroseconds = 0,
    long Pages = 0,
    long ProviderMicrounits = 0,
    ServiceTier? ServiceTier = null)
{
    /// <summary>What is not counted in tokens, as a usage.</summary>
    internal Usage Units => new()
    {
        Images = Images,
        InputCharacters = InputCharacters,
        OutputCharacters = OutputCharacters,
        InputMicroseconds = InputMicroseconds,
        OutputMicroseconds = OutputMicroseconds,
        Pages = Pages,
        ProviderMicrounits = ProviderMicrounits,
        WebSearches = WebSearches,
    };
}
