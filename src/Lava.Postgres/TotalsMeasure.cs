namespace Lava.Postgres;

/// <summary>Which sum makes one group larger than another.</summary>
public enum TotalsMeasure
{
    /// <summary>What customers were charged.</summary>
    Charge,

    /// <summary>What providers ask.</summary>
    Cost,

    /// <summary>The charge less the cost.</summary>
    Margin,

    /// <summary>Requests.</summary>
    Requests,

    /// <summary>Requests that ended in an error.</summary>
    Errors,

    /// <summary>Input and output tokens.</summary>
    Tokens,
}
