namespace Lava.Load.Comparing;

/// <summary>A PostgreSQL that is there before the gateway starts, from the installed server programs.</summary>
internal sealed class StartStore : IDisposable
{
    private const string InstallationRoot = "/usr/lib/postgresql";
    private const string User = "lava";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private readonly StartedProcesses _processes;
    private readonly string _directory;
    private readonly string _programs;
    private readonly int _process;

    private StartStore(StartedProcesses processes, string directory, string programs, int process)
    {
        _processes = processes;
        _directory = directory;
        _programs = programs;
        _process = process;
    }

    /// <summary>Makes and starts it.</summary>
    public static async Task<StartStore> StartAsync(string work, StartedProcesses processes, CancellationToken stop)
    {
        var programs = Programs();
        var directory = Path.Combine(work, "start-postgres");
        Directory.CreateDirectory(directory);
        if (Environment.IsPrivilegedProcess)
        {
            Run(processes, "chown", ["chown", "postgres:", directory]);
        }

        Run(processes, "initdb",
            [.. Account(), $"{programs}/initdb", "-D", directory, "-U", User, "-E", "UTF8", "--locale=C", "-A", "trust"]);
        string[] settings =
            ["listen_addresses=", $"unix_socket_directories={directory}", "max_connections=50", "shared_buffers=256MB", "max_wal_size=4GB"];
        var process = processes.Start(
            "postgres", [.. Account(), $"{programs}/postgres", "-D", directory, .. settings.SelectMany(setting => new[] { "-c", setting })],
            signal: Native.SignalInterrupt);
        var store = new StartStore(processes, directory, programs, process);
        for (var began = MonotonicClock.Now; !store.IsReady();)
        {
            if (MonotonicClock.Since(began) > ReadyLimit)
            {
                throw new InvalidOperationException("PostgreSQL does not start: " + processes.Look(process).Text);
            }

            await Task.Delay(Poll, stop);
        }

        return store;
    }

    /// <summary>Makes a database; how to connect to it.</summary>
    public string Create(string name)
    {
        Run(_processes, "createdb", [.. Account(), $"{_programs}/createdb", "-h", _directory, "-U", User, name]);
        return $"Host={_directory};Username={User};Database={name}";
    }

    public void Dispose() => _processes.Stop(_process);

    private bool IsReady() =>
        _processes.Run("pg_isready", [.. Account(), $"{_programs}/pg_isready", "-h", _directory, "-U", User]).Exit == 0;

    // PostgreSQL refuses to run as root.
    private static string[] Account() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] : [];

    private static void Run(StartedProcesses processes, string name, string[] command)
    {
        var (exit, text) = processes.Run(name, command);
        if (exit != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {text}");
        }
    }

    private static string Programs() =>
        Directory.Exists(InstallationRoot)
            && Directory.GetDirectories(InstallationRoot).OrderByDescending(path => int.Parse(Path.GetFileName(path))).FirstOrDefault()
                is { } newest
            ? Path.Combine(newest, "bin")
            : throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");
}
