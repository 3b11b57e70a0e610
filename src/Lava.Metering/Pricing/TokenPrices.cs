using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>The price of every kind of token in one call: what the row leaves out and the long-context step are resolved.</summary>
internal readonly struct TokenPrices
{
    public TokenPrices(ModelPrice price, long inputTokens)
    {
        if (inputTokens > price.LongContextAbove)
        {
            Input = price.LongInput ?? price.Input;
            Cached = price.LongCachedInput ?? Larger(price.CachedInput, Input);
            CachedAudio = Larger(price.CachedAudioInput, Cached);
            CacheWrite = price.LongCacheWrite ?? Larger(price.CacheWrite, Input);
            CacheWrite1h = price.LongCacheWrite1h ?? Larger(price.CacheWrite1h, CacheWrite);
            AudioInput = Larger(price.AudioInput, Input);
            ImageInput = Larger(price.ImageInput, Input);
            Output = price.LongOutput ?? price.Output;
            Reasoning = Larger(price.Reasoning, Output);
            AudioOutput = Larger(price.AudioOutput, Output);
            ImageOutput = Larger(price.ImageOutput, Output);
            return;
        }

        Input = price.Input;
        Cached = price.CachedInput ?? Input;
        CachedAudio = price.CachedAudioInput ?? Cached;
        CacheWrite = price.CacheWrite ?? Input;
        CacheWrite1h = price.CacheWrite1h ?? CacheWrite;
        AudioInput = price.AudioInput ?? Input;
        ImageInput = price.ImageInput ?? Input;
        Output = price.Output;
        Reasoning = price.Reasoning ?? Output;
        AudioOutput = price.AudioOutput ?? Output;
        ImageOutput = price.ImageOutput ?? Output;
    }

    public Money Input { get; }

    public Money Cached { get; }

    public Money CachedAudio { get; }

    public Money CacheWrite { get; }

    public Money CacheWrite1h { get; }

    public Money AudioInput { get; }

    public Money ImageInput { get; }

    public Money Output { get; }

    public Money Reasoning { get; }

    public Money AudioOutput { get; }

    public Money ImageOutput { get; }

    /// <summary>The dearest price at which an input token may be served.</summary>
    public Money DearestInput(Modalities modalities)
    {
        var dearest = Money.Max(Money.Max(Input, Cached), Money.Max(CacheWrite, CacheWrite1h));
        dearest = (modalities & Modalities.Audio) != 0 ? Money.Max(dearest, Money.Max(AudioInput, CachedAudio)) : dearest;
        return (modalities & Modalities.Image) != 0 ? Money.Max(dearest, ImageInput) : dearest;
    }

    /// <summary>
    /// The dearest price at which an output token may be served. Only a model that makes audio or images has prices for them, and
    /// the request does not always ask for them by name: they always count.
    /// </summary>
    public Money DearestOutput() => Money.Max(Money.Max(Output, Reasoning), Money.Max(AudioOutput, ImageOutput));

    private static Money Larger(Money? own, Money containing) => own is { } price ? Money.Max(price, containing) : containing;
}
