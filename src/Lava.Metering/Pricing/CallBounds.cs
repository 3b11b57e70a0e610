namespace Lava.Metering.Pricing;

/// <summary>The most that a call can use, as far as its request tells before it runs.</summary>
/// <param name="InputTokens">Input tokens.</param>
/// <param name="OutputTokens">Output tokens, all answers of the call together.</param>
/// <param name="Modalities">What the input may carry beside text.</param>
/// <param name="WebSearches">Searches that the provider may run.</param>
/// <param name="OtherUnits">Characters or microseconds, where the meter counts those.</param>
public readonly record struct CallBounds(
    long InputTokens, long OutputTokens, Modalities Modalities = Modalities.Text, long WebSearches = 0, long OtherUnits = 0);
