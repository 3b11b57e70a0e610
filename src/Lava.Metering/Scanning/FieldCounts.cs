using System.Runtime.CompilerServices;
using Lava.Core;

namespace Lava.Metering.Scanning;

/// <summary>
/// Counts by what they mean, each known or not: not known is not zero. Seconds and the provider's own unit are in millionths, costs in
/// units of <see cref="Money"/>.
/// </summary>
internal struct FieldCounts
{
    private const int Length = (int)FieldRole.Stream + 1;

    private Values _values;
    private ulong _known;

    /// <summary>Is anything known?</summary>
    public readonly bool HasAny => _known != 0;

    /// <summary>Are tokens known?</summary>
    public readonly bool HasTokens =>
        Has(FieldRole.InputTokens) || Has(FieldRole.UncachedInputTokens) || Has(FieldRole.OutputTokens) || Has(FieldRole.TotalTokens);

    /// <summary>Is it known?</summary>
    public readonly bool Has(FieldRole role) => (_known & (1ul << (int)role)) != 0;

    /// <summary>The count; 0 where it is not known.</summary>
    public readonly long this[FieldRole role] => Has(role) ? _values[(int)role] : 0;

    /// <summary>Sets a count, unless it is known already.</summary>
    public void Offer(FieldRole role, long value)
    {
        if (!Has(role))
        {
            _values[(int)role] = value;
            _known |= 1ul << (int)role;
        }
    }

    /// <summary>Sets all counts of another that are not known yet.</summary>
    public void OfferAll(in FieldCounts other)
    {
        for (var role = FieldRole.None; (int)role < Length; role++)
        {
            if (other.Has(role))
            {
                Offer(role, other[role]);
            }
        }
    }

    /// <summary>Sets what an endpoint counts of its own and is not known yet. Its seconds and units are whole ones.</summary>
    public void OfferAll(IReadOnlyDictionary<FieldRole, long> own)
    {
        if (own.Count == 0)
        {
            return;
        }

        foreach (var (role, value) in own)
        {
            var isDecimal = role is FieldRole.InputSeconds or FieldRole.OutputSeconds or FieldRole.ProviderUnits;
            Offer(role, isDecimal ? value * Rate.Million : value);
        }
    }

    /// <summary>Multiplies all counts; false where one is then beyond <see cref="Usage.MaxCount"/>.</summary>
    public bool TryMultiply(int times)
    {
        var sane = true;
        for (var role = FieldRole.None; (int)role < Length; role++)
        {
            if (Has(role))
            {
                sane &= TryMultiply(_values[(int)role], times, out _values[(int)role]);
            }
        }

        return sane;
    }

    /// <summary>The normal form, without certainty. False where a sum is beyond <see cref="Usage.MaxCount"/>.</summary>
    public readonly bool TryGetUsage(out Usage usage)
    {
        usage = new Usage
        {
            CachedInputTokens = this[FieldRole.CachedInputTokens],
            CacheWriteInputTokens = this[FieldRole.CacheWriteInputTokens],
            AudioInputTokens = this[FieldRole.AudioInputTokens],
            ImageInputTokens = this[FieldRole.ImageInputTokens],
            OutputTokens = this[FieldRole.OutputTokens] + this[FieldRole.HiddenReasoningTokens],
            ReasoningOutputTokens = this[FieldRole.ReasoningTokens] + this[FieldRole.HiddenReasoningTokens],
            AudioOutputTokens = this[FieldRole.AudioOutputTokens],
            ImageOutputTokens = this[FieldRole.ImageOutputTokens],
            Images = this[FieldRole.Images],
            Pages = this[FieldRole.Pages],
            WebSearches = this[FieldRole.WebSearches],
            InputCharacters = this[FieldRole.InputCharacters],
            OutputCharacters = this[FieldRole.OutputCharacters],
            ProviderMicrounits = this[FieldRole.ProviderUnits],
            ProviderCost = Has(FieldRole.Cost) ? new Money(this[FieldRole.Cost]) : null,
        };
        usage.InputTokens = InputOf(usage) + this[FieldRole.ToolInputTokens];
        var channels = Has(FieldRole.Channels) ? Math.Max(1, this[FieldRole.Channels]) : 1;
        var sane = TryMultiply(this[FieldRole.InputSeconds], channels, out usage.InputMicroseconds)
            & TryMultiply(this[FieldRole.OutputSeconds], channels, out usage.OutputMicroseconds);
        return sane && usage.InputTokens <= Usage.MaxCount && usage.OutputTokens <= Usage.MaxCount;
    }

    // Both factors are at most MaxCount: the product of two in 128 bits can't overflow.
    private static bool TryMultiply(long count, long factor, out long product)
    {
        var exact = (Int128)count * factor;
        product = exact <= Usage.MaxCount ? (long)exact : 0;
        return exact <= Usage.MaxCount;
    }

    private readonly long InputOf(in Usage usage)
    {
        if (Has(FieldRole.InputTokens))
        {
            return this[FieldRole.InputTokens];
        }

        return Has(FieldRole.UncachedInputTokens)
            ? this[FieldRole.UncachedInputTokens] + usage.CachedInputTokens + usage.CacheWriteInputTokens
            : Math.Max(0, this[FieldRole.TotalTokens] - usage.OutputTokens);
    }

    [InlineArray(Length)]
    private struct Values
    {
        private long _first;
    }
}
