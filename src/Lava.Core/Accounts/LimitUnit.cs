namespace Lava.Core.Accounts;

/// <summary>What a hard limit counts. The values are stored: never renumber.</summary>
public enum LimitUnit : short
{
    /// <summary>Input and output tokens.</summary>
    Tokens = 0,

    /// <summary>Requests.</summary>
    Requests = 1,

    /// <summary>Money, in <see cref="Money"/>'s units.</summary>
    Spend = 2,
}
