namespace Lava.Gateway.Reporting;

/// <summary>How a report ended.</summary>
public enum ReportOutcome
{
    /// <summary>Recorded and durable, now or when it was first sent.</summary>
    Recorded,

    /// <summary>The same request id was used with other content.</summary>
    Conflict,

    /// <summary>Too many reports wait for the database.</summary>
    Overloaded,

    /// <summary>The journal takes no record now.</summary>
    JournalUnavailable,
}
