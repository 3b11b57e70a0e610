namespace Lava.Postgres;

/// <summary>Where the private PostgreSQL stands.</summary>
public sealed record PrivateClusterOptions
{
    /// <summary>The data directory of lava; the cluster lies in its subdirectory <c>postgres</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Directories to look for the server in, as in the variable PATH.</summary>
    public string? SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH");

    /// <summary>A directory with one subdirectory per installed version.</summary>
    public string InstallationRoot { get; init; } = PostgresBinaries.DebianRoot;

    /// <summary>False only in tests and benchmarks of something else: a power cut may then lose the cluster.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Is told when the server ended by itself, and when it is back.</summary>
    public Action<string> Report { get; init; } = static _ => { };
}
