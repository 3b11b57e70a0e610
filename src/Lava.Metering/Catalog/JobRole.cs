namespace Lava.Metering.Catalog;

/// <summary>What an endpoint does with an asynchronous job whose use is told only when it is done.</summary>
public enum JobRole : byte
{
    /// <summary>It has none: an answer is the bill of its own call.</summary>
    None = 0,

    /// <summary>It begins one; its answer names the job.</summary>
    Submit,

    /// <summary>It tells how far one is, and at its end what it used: charged once per job, however often it is asked.</summary>
    Result,
}
