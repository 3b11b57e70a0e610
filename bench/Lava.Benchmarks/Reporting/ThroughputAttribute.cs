namespace Lava.Benchmarks.Reporting;

/// <summary>What one operation works through, so that a rate follows from its time.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ThroughputAttribute(string unit, double amount) : Attribute
{
    /// <summary>"GB", "rows" …: the rate is of it per second.</summary>
    public string Unit { get; } = unit;

    /// <summary>Units in one operation; or, where it is zero, <see cref="Parameter"/> says them.</summary>
    public double Amount { get; } = amount;

    /// <summary>The parameter that holds the amount.</summary>
    public string? Parameter { get; init; }
}
