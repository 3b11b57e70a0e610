using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Lava.FunctionalTests.Processes;

/// <summary>A real <c>lava</c> process of this build, on a free port.</summary>
internal sealed partial class LavaProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Printed)> _awaited = [];
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LavaProcess(Process process) => _process = process;

    /// <summary>Base address, without a final slash.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Everything printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public int Id => _process.Id;

    /// <summary>Waits until a text has been printed.</summary>
    public Task PrintedAsync(string text)
    {
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            var printed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, printed));
            return printed.Task.WaitAsync(StartLimit);
        }
    }

    /// <summary>Starts and waits until it listens and is ready.</summary>
    public static async Task<LavaProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var lava = LaunchOnFreePort(environment, arguments);
        await lava.ReadyAsync();
        return lava;
    }

    /// <summary>Starts a published file, in its own folder, and waits until it is ready.</summary>
    public static async Task<LavaProcess> StartFileAsync(
        string file, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var lava = Launch(environment, [.. arguments, "--urls", "http://127.0.0.1:0"], file);
        await lava.ReadyAsync();
        return lava;
    }

    /// <summary>Starts and waits until it says that it waits for PostgreSQL, and where it tells more.</summary>
    public static async Task<LavaProcess> StartWaitingAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var lava = LaunchOnFreePort(environment, arguments);
        lava._listening.Task.Exception?.Handle(_ => true);
        lava.Url = await lava._waiting.Task.WaitAsync(StartLimit);
        return lava;
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task ReadyAsync() => Url = await _listening.Task.WaitAsync(StartLimit);

    /// <summary>Runs to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments) => RunAsync(environment, StartLimit, arguments);

    /// <summary>Runs to its end, which may take its time.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> environment, TimeSpan limit, string[] arguments)
    {
        await using var lava = Launch(environment, arguments);
        lava._listening.Task.Exception?.Handle(_ => true);
        await lava._process.WaitForExitAsync().WaitAsync(limit);
        return (lava._process.ExitCode, lava.Output);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync().WaitAsync(StopLimit);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Signal();
        return await ExitedAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Signal()
    {
        const int Sigterm = 15;
        if (Kill(_process.Id, Sigterm) != 0)
        {
            throw new InvalidOperationException("The process is gone already.");
        }
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(StopLimit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }

        _process.Dispose();
    }

    private static LavaProcess LaunchOnFreePort(IReadOnlyDictionary<string, string> environment, string[] arguments) =>
        Launch(environment, [.. arguments, "--urls", "http://127.0.0.1:0"]);

    private static LavaProcess Launch(IReadOnlyDictionary<string, string> environment, string[] arguments, string? file = null)
    {
        var start = new ProcessStartInfo(file ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = file is null ? Path.GetTempPath() : Path.GetDirectoryName(file),
        };
        if (file is null)
        {
            start.ArgumentList.Add(LavaAssembly.Path);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("LAVA_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var lava = new LavaProcess(process);
        process.OutputDataReceived += (_, line) => lava.Take(line.Data);
        process.ErrorDataReceived += (_, line) => lava.Take(line.Data);
        process.Exited += (_, _) => lava._listening.TrySetException(new InvalidOperationException($"lava ended:\n{lava.Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return lava;
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            foreach (var (text, printed) in _awaited)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal))
                {
                    printed.TrySetResult();
                }
            }
        }

        if (Waits().Match(line) is { Success: true } waiting)
        {
            _waiting.TrySetResult(waiting.Groups[1].Value);
        }

        if (Listens().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(match.Groups[1].Value);
        }
    }

    [GeneratedRegex(@"^lava: waiting .* (http://\S+)/readyz")]
    private static partial Regex Waits();

    [GeneratedRegex(@" on (http://[^\s,]+)")]
    private static partial Regex Listens();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
