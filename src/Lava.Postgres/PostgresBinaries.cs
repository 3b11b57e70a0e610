using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Lava.Postgres;

/// <summary>An installed PostgreSQL server.</summary>
/// <param name="Directory">Where <c>initdb</c>, <c>postgres</c> and <c>pg_ctl</c> stand.</param>
/// <param name="Version">Its major version.</param>
internal sealed partial record PostgresBinaries(string Directory, int Version)
{
    /// <summary>Debian and Ubuntu install each major version here, off the PATH.</summary>
    public const string DebianRoot = "/usr/lib/postgresql";

    /// <summary>The path of one of its programs.</summary>
    public string Program(string name) => Path.Combine(Directory, name);

    /// <summary>The newest server; where a cluster exists already, the one of its major version.</summary>
    /// <param name="searchPath">As in the variable PATH; null: none.</param>
    /// <param name="root">Holds a directory per version, each with a <c>bin</c>.</param>
    /// <param name="clusterVersion">The major version that made the existing cluster; null without one.</param>
    /// <exception cref="PrivateClusterException">None is installed.</exception>
    public static PostgresBinaries Find(string? searchPath, string root, int? clusterVersion)
    {
        PostgresBinaries? best = null;
        foreach (var directory in Candidates(searchPath, root))
        {
            if (TryVersion(directory) is { } version && (clusterVersion ?? version) == version && version > (best?.Version ?? 0))
            {
                best = new PostgresBinaries(directory, version);
            }
        }

        return best ?? throw new PrivateClusterException(clusterVersion is null
            ? "No PostgreSQL server is installed. Install one (Debian: apt-get install postgresql), "
                + "or name an existing one: --postgres \"Host=…;Username=…;Database=…\"."
            : $"The data directory was made by PostgreSQL {clusterVersion}, which is not installed "
                + $"(Debian: apt-get install postgresql-{clusterVersion}).");
    }

    private static IEnumerable<string> Candidates(string? searchPath, string root)
    {
        var installed = System.IO.Directory.Exists(root)
            ? System.IO.Directory.EnumerateDirectories(root).Select(version => Path.Combine(version, "bin"))
            : [];
        return (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(installed)
            .Where(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }

    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    private static int? TryVersion(string directory)
    {
        var start = new ProcessStartInfo(Path.Combine(directory, "postgres"), "--version") { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var match = VersionNumber().Match(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionNumber();
}
