namespace Lava.Wallets.Journal;

/// <summary>How a journal ends, as the next start will see it.</summary>
public enum JournalEnd
{
    /// <summary>Behind the last record there is nothing.</summary>
    Clean,

    /// <summary>
    /// Behind the last record stands an append that was never synced: under way while a server runs, cut short by a crash otherwise.
    /// Nobody was told that anything in it is durable, and the next start clears it.
    /// </summary>
    Torn,

    /// <summary>A durable record is damaged or missing: the server does not start. See <see cref="JournalDamage"/>.</summary>
    Damaged,
}
