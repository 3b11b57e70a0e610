namespace Lava.Server.Demo;

/// <summary>
/// Chance that is the same for the same seed: SplitMix64 (https://prng.di.unimi.it/splitmix64.c). For believable data, never for secrets.
/// </summary>
internal sealed class SeededRandom(long seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Fraction() * end);

    /// <summary>A number that an id can have.</summary>
    public long Number() => (long)(Next() >> 1);

    /// <summary>Does something happen that does so in this share of all cases?</summary>
    public bool Chance(double share) => Fraction() < share;

    /// <summary>One of some.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The normal distribution around 0 with a deviation of 1 (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Fraction())) * Math.Cos(2 * Math.PI * Fraction());

    /// <summary>A log-normal distribution: half of all are below the median, a few far above it.</summary>
    public double Around(double median, double deviation) => median * Math.Exp(deviation * Normal());

    /// <summary>The index of a share in ascending sums of shares.</summary>
    public int In(ReadOnlySpan<double> sums)
    {
        var at = sums.BinarySearch(Fraction() * sums[^1]);
        return Math.Min(at < 0 ? ~at : at, sums.Length - 1);
    }
}
