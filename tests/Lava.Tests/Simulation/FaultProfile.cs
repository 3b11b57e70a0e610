namespace Lava.Tests.Simulation;

/// <summary>
/// How much goes wrong in a run, in each thousand occasions. Each run has its own mixture: with all faults always on, some never show.
/// </summary>
internal sealed record FaultProfile
{
    /// <summary>Disk writes that fail.</summary>
    public int WriteErrors { get; init; }

    /// <summary>Syncs that fail.</summary>
    public int SyncErrors { get; init; }

    /// <summary>Transactions that never reach PostgreSQL.</summary>
    public int Lost { get; init; }

    /// <summary>Transactions whose answer never comes back.</summary>
    public int AnswersLost { get; init; }

    /// <summary>Steps in which PostgreSQL goes away, and as many in which the disk fills up.</summary>
    public int Outages { get; init; }

    /// <summary>Steps after which it is back.</summary>
    public int Returns { get; init; } = 100;

    /// <summary>Of the crashes, those that take the machine with them.</summary>
    public int PowerCuts { get; init; }

    /// <summary>The most operations of disk and database until a crash; 0: none.</summary>
    public int CrashWithin { get; init; }

    /// <summary>Settlements that PostgreSQL refuses for ever.</summary>
    public int Poison { get; init; }

    public static FaultProfile None { get; } = new();

    public static FaultProfile Draw(SeededRandom random) => new()
    {
        WriteErrors = Some(random, 10),
        SyncErrors = Some(random, 30),
        Lost = Some(random, 60),
        AnswersLost = Some(random, 80),
        Outages = Some(random, 15),
        Returns = random.Between(20, 200),
        PowerCuts = random.Below(4) switch { 0 => 0, 1 => 1000, _ => 500 },
        CrashWithin = random.OneIn(8) ? 0 : 1 << random.Between(6, 12),
        Poison = Some(random, 150),
    };

    private static int Some(SeededRandom random, int most) => random.OneIn(2) ? 0 : random.Between(1, most);
}
