namespace Lava.Server.Demo;

/// <summary>What <c>lava demo</c> was asked for.</summary>
internal sealed record DemoOptions
{
    /// <summary>Absolute path.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where to listen.</summary>
    public required string[] Urls { get; init; }

    /// <summary>Connection string; null: a private server in the data directory.</summary>
    public string? Postgres { get; init; }

    /// <summary>Customers.</summary>
    public required int Customers { get; init; }

    /// <summary>Calls in the past.</summary>
    public required int Requests { get; init; }

    /// <summary>Days of it.</summary>
    public required int Days { get; init; }

    /// <summary>Calls per second that are made while it runs; 0: none.</summary>
    public required double Rate { get; init; }

    /// <summary>The same number makes the same past.</summary>
    public required long Seed { get; init; }

    /// <summary>Make the past and end.</summary>
    public required bool SeedOnly { get; init; }
}
