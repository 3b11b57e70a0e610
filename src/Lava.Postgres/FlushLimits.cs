namespace Lava.Postgres;

/// <summary>The flusher's bounds.</summary>
internal static class FlushLimits
{
    /// <summary>Settlements in a transaction: rows per second hardly grow beyond it, while latency and memory do.</summary>
    public const int MaxRecords = 40_000;

    /// <summary>Journal records read for one transaction: a call writes two, a long one its progress too.</summary>
    public const int MaxJournalRecords = 150_000;

    /// <summary>Bytes of rows in a transaction: 40,000 usual ones take two thirds of it.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>
    /// A batch from this size on is written in two parts at once. Each part changes all wallets and sums that it has records of: with less
    /// that costs more than it saves. As large are batches that catch up, not those of a steady rate.
    /// </summary>
    public const int MinPartedRecords = 10_000;

    /// <summary>
    /// Records in the first part, of a thousand: fewer than in the second, whose rows still go in while what the first adds up to is
    /// applied and committed. That takes as long as the rows of 2,000 records where 40,000 are of a thousand customers.
    /// </summary>
    public const int FirstPartPerMille = 475;

    /// <summary>How long a record waits for others to share its transaction; nobody waits when a reader wants to see its writes.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    /// <summary>After the first failure.</summary>
    public static readonly TimeSpan MinBackOff = TimeSpan.FromMilliseconds(50);

    /// <summary>After many: how late a PostgreSQL that is back is noticed.</summary>
    public static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(5);

    /// <summary>What a stop may take; what is not flushed then stays in the journal for the next start.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>After that, the wait for the end of a cancelled step: a silent server keeps it open until the process ends.</summary>
    public static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(1);
}
