namespace Lava.Core.Accounts;

/// <summary>In which time a hard limit counts, UTC. The values are stored: never renumber.</summary>
public enum LimitCycle : short
{
    /// <summary>A day.</summary>
    Daily = 0,

    /// <summary>From Monday to Sunday.</summary>
    Weekly = 1,

    /// <summary>A calendar month.</summary>
    Monthly = 2,

    /// <summary>The subscription's cycle; the calendar month without one.</summary>
    Cycle = 3,

    /// <summary>All time.</summary>
    Total = 4,
}
