using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Lava.Postgres;

/// <summary>
/// A running server. It is started and awaited on a thread of its own: the kernel's "parent died" signal means the thread that started the
/// child, and a thread of the pool may end at any time.
/// </summary>
internal sealed partial class ServerProcess
{
    // What a server says before its log collector takes over: a few lines.
    private const int MaxErrorBytes = 4096;
    private const int SigInt = 2;
    private const int SigQuit = 3;
    private readonly TaskCompletionSource<int> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<string> _errors = Task.FromResult("");

    private ServerProcess()
    {
    }

    /// <summary>Completes when the process has ended, with its exit code.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Its process id.</summary>
    public int Id => _started.Task.Result;

    /// <summary>Starts it.</summary>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start)
    {
        var server = new ServerProcess();
        new Thread(() => server.Run(start)) { IsBackground = true, Name = "postgres" }.Start();
        await server._started.Task;
        return server;
    }

    /// <summary>What it said on its error output before it ended.</summary>
    public Task<string> ReadErrorsAsync() => _errors;

    /// <summary>Fast stop: ends sessions, writes a checkpoint.</summary>
    public void Stop() => Signal(SigInt);

    /// <summary>Immediate stop: the next start recovers from the write-ahead log.</summary>
    public void Abort() => Signal(SigQuit);

    private void Run(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            process.StandardOutput.Close();
            _errors = ReadAsync(process.StandardError.BaseStream);
            _started.SetResult(process.Id);
            process.WaitForExit();
            _exited.SetResult(process.ExitCode);
        }
        catch (Exception exception)
        {
            _started.TrySetException(exception);
            _exited.TrySetResult(-1);
        }
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var buffer = new byte[MaxErrorBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        await stream.CopyToAsync(Stream.Null);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private void Signal(int signal)
    {
        if (!Exited.IsCompleted)
        {
            Kill(Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
