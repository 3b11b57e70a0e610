namespace Lava.Server.Hosting;

/// <summary>What a sample of a node's state holds, and where in it. Counters grow; the others are what is there at the moment.</summary>
internal enum OperationsValue
{
    /// <summary>Counter of calls that came in.</summary>
    Calls,

    /// <summary>Counter of calls that the gateway itself answered with an error.</summary>
    Refused,

    /// <summary>Counter of calls settled as completed.</summary>
    Completed,

    /// <summary>Counter of calls settled as errors.</summary>
    Errors,

    /// <summary>Calls that run.</summary>
    InFlight,

    /// <summary>Streamed answers and sessions that go on.</summary>
    Streams,

    /// <summary>Asynchronous jobs whose end has not been seen.</summary>
    OpenJobs,

    /// <summary>Wallets in memory.</summary>
    Wallets,

    /// <summary>The journal on disk, bytes.</summary>
    JournalBytes,

    /// <summary>Journal records that PostgreSQL does not hold yet.</summary>
    LagRecords,

    /// <summary>Age of the oldest call that PostgreSQL lacks, microseconds.</summary>
    LagMicros,

    /// <summary>Managed memory in use, bytes.</summary>
    HeapBytes,

    /// <summary>Memory of the process, bytes.</summary>
    WorkingSet,

    /// <summary>Counter of the time for which all calls stood still for the collection of garbage, microseconds.</summary>
    PauseMicros,

    /// <summary>Counter of the processors' time, microseconds.</summary>
    CpuMicros,

    /// <summary>Work that waits for a thread of the pool.</summary>
    QueuedWork,

    /// <summary>The gateway's own share of the last minute's calls, microseconds: half of them had less.</summary>
    AddedP50,

    /// <summary>The same; a tenth had more.</summary>
    AddedP90,

    /// <summary>The same; one in a hundred had more.</summary>
    AddedP99,

    /// <summary>The same; one in a thousand had more.</summary>
    AddedP999,

    /// <summary>From arrival to the first byte of the last minute's answers, microseconds: half of them took less.</summary>
    FirstByteP50,

    /// <summary>The same; one in a hundred took more.</summary>
    FirstByteP99,

    /// <summary>How many there are.</summary>
    Count,
}
