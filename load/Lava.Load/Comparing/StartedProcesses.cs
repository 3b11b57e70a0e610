using System.Diagnostics;
using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>
/// Everything that a comparison starts, stopped in the opposite order. The ids stand in a file too, for the script that cleans up where
/// this process is killed.
/// </summary>
internal sealed class StartedProcesses(string work) : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);
    private readonly List<(Process Process, string Name, int Signal)> _started = [];

    /// <summary>Starts a program; what it says goes into a file in the work directory.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Variables beside the inherited ones.</param>
    /// <param name="signal">What stops it.</param>
    /// <returns>Its process id.</returns>
    public int Start(
        string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null,
        int signal = Native.SignalTerminate)
    {
        // The shell becomes the program: the id stays.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", Log(name), .. command]) { WorkingDirectory = work };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        File.AppendAllText(Path.Combine(work, "pids"), process.Id.ToString(CultureInfo.InvariantCulture) + "\n");
        _started.Add((process, name, signal));
        return process.Id;
    }

    /// <summary>What a program has said, and whether it still runs.</summary>
    public (string Text, bool Runs) Look(int id)
    {
        var (process, name, _) = _started.First(started => started.Process.Id == id);
        return (File.Exists(Log(name)) ? File.ReadAllText(Log(name)) : "", !process.HasExited);
    }

    /// <summary>Stops a program, in time or by force.</summary>
    public void Stop(int id)
    {
        var at = _started.FindIndex(started => started.Process.Id == id);
        var (process, _, signal) = _started[at];
        _started.RemoveAt(at);
        using (process)
        {
            Signal(process, signal);
            if (!process.WaitForExit(StopLimit))
            {
                Signal(process, Native.SignalKill);
                process.WaitForExit();
            }
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public (int Exit, string Text) Run(string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var id = Start(name, command, environment);
        var process = _started[^1].Process;
        process.WaitForExit();
        _started.RemoveAt(_started.FindIndex(started => started.Process.Id == id));
        using (process)
        {
            return (process.ExitCode, File.ReadAllText(Log(name)));
        }
    }

    public void Dispose()
    {
        while (_started.Count > 0)
        {
            Stop(_started[^1].Process.Id);
        }
    }

    private static void Signal(Process process, int signal)
    {
        if (!process.HasExited)
        {
            Native.Kill(process.Id, signal);
        }
    }

    private string Log(string name) => Path.Combine(work, name + ".log");
}
