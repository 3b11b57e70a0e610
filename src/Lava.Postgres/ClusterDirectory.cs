using System.Globalization;

namespace Lava.Postgres;

/// <summary>The files of a private cluster.</summary>
internal sealed class ClusterDirectory
{
    // The socket's address holds 107 bytes; "/.s.PGSQL.5432" takes 14, and one ends it.
    private const int MaxSocketDirectory = 90;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root;

    public ClusterDirectory(string dataDirectory)
    {
        _root = Path.GetFullPath(dataDirectory);
        Data = Path.Combine(_root, "postgres");
    }

    /// <summary>The cluster itself.</summary>
    public string Data { get; }

    /// <summary>A cluster that is just being made: renamed when complete, so that a kill in between leaves no half of one.</summary>
    public string Unfinished => Data + ".unfinished";

    /// <summary>Held open by the lava that runs the cluster.</summary>
    public string LockFile => Data + ".lock";

    /// <summary>Names a socket's directory outside of <see cref="Data"/>, so that the next start can remove what a kill left.</summary>
    private string SocketFile => Data + ".socket";

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>Has it been made?</summary>
    public bool Exists => File.Exists(Path.Combine(Data, "PG_VERSION"));

    /// <summary>The major version that made it; null where it has not been made.</summary>
    public int? Version => Exists
        ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")).AsSpan().Trim(), CultureInfo.InvariantCulture)
        : null;

    /// <summary>Makes lava's data directory, and lets PostgreSQL's user pass through it.</summary>
    /// <exception cref="PrivateClusterException">A directory above it is closed to that user.</exception>
    public void Open()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PrivateClusterException("On Windows lava can't start a PostgreSQL of its own: name one with --postgres.");
        }

        Directory.CreateDirectory(_root);
        if (!PostgresAccount.MustSwitch)
        {
            return;
        }

        File.SetUnixFileMode(_root, File.GetUnixFileMode(_root) | UnixFileMode.OtherExecute);
        for (var above = Directory.GetParent(_root); above is not null; above = above.Parent)
        {
            if ((above.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                throw new PrivateClusterException(
                    $"PostgreSQL runs as the user {PostgresAccount.User}, who may not enter {above.FullName}. Put the data elsewhere "
                    + $"(--data /var/lib/lava), or let others pass through: chmod o+x {above.FullName}.");
            }
        }
    }

    /// <summary>An empty directory for initdb.</summary>
    public void StartUnfinished()
    {
        if (Directory.Exists(Unfinished))
        {
            Directory.Delete(Unfinished, recursive: true);
        }

        Directory.CreateDirectory(Unfinished);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Unfinished, Private);
        }
    }

    /// <summary>
    /// Does a server run on this cluster, left by a lava that was killed? The answer is the process's own working directory, not the
    /// number in postmaster.pid alone: after a reboot that may be any process, and another cluster's server too.
    /// </summary>
    public bool HasServer()
    {
        if (!TryReadPid(out var pid) || !Directory.Exists(WorkingDirectory(pid)))
        {
            return false;
        }

        if (IsServer(pid))
        {
            return true;
        }

        // PostgreSQL would take that process for its own and refuse to start.
        File.Delete(PidFile);
        return false;
    }

    /// <summary>Where the server of this cluster takes connections; null: none runs, or it is not ready. Reads only.</summary>
    public (string SocketDirectory, int Port)? FindServer()
    {
        // One line each: process, data, start, port, socket's directory, TCP address, shared memory, status.
        const int PortLine = 3;
        const int SocketLine = 4;
        const int StatusLine = 7;
        try
        {
            var lines = TryReadPid(out var pid) && IsServer(pid) ? File.ReadAllLines(PidFile) : [];
            return lines.Length > StatusLine && lines[StatusLine].Trim() == "ready"
                ? (lines[SocketLine], int.Parse(lines[PortLine], NumberStyles.None, CultureInfo.InvariantCulture))
                : null;
        }
        catch (IOException)
        {
            // It has just ended and removed the file.
            return null;
        }
    }

    /// <summary>A directory for the socket that only its user can enter: the cluster's own where its path is short enough.</summary>
    public string MakeSocketDirectory()
    {
        if (System.Text.Encoding.UTF8.GetByteCount(Data) <= MaxSocketDirectory)
        {
            return Data;
        }

        var directory = Directory.CreateTempSubdirectory("lava-").FullName;
        File.WriteAllText(SocketFile, directory);
        return directory;
    }

    /// <summary>Removes a socket directory outside of the cluster.</summary>
    public void RemoveSocketDirectory()
    {
        if (!File.Exists(SocketFile))
        {
            return;
        }

        var directory = File.ReadAllText(SocketFile);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        File.Delete(SocketFile);
    }

    private bool TryReadPid(out int pid)
    {
        pid = 0;
        return File.Exists(PidFile)
            && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out pid);
    }

    private static string WorkingDirectory(int pid) => $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cwd";

    private bool IsServer(int pid) =>
        new DirectoryInfo(WorkingDirectory(pid)) is { Exists: true } process
        && process.ResolveLinkTarget(returnFinalTarget: true)?.FullName == RealPath(Data);

    // A symbolic link on the way: the process reports the path behind it.
    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(Path.Combine(real, part));
            real = next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
        }

        return real;
    }
}
