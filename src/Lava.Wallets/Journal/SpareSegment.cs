using Microsoft.Win32.SafeHandles;

namespace Lava.Wallets.Journal;

/// <summary>
/// Keeps one segment's worth of zeros ready on disk, made by a thread of its own: a roll-over never waits for 64 MiB of
/// writes, and when the disk is full settlements still have the active segment and reservations are refused.
/// </summary>
internal sealed class SpareSegment : IDisposable
{
    /// <summary>Between two tries on a full disk: soon enough after an operator made room, rare enough not to matter.</summary>
    private const int RetryMs = 1_000;

    /// <summary>
    /// How long the writer waits for a segment before it gives up and the server stops: a confirmation by PostgreSQL may free
    /// space meanwhile. No client waits longer for its last chunk.
    /// </summary>
    private const int TakeLimitMs = 30_000;

    private readonly string _path;
    private readonly long _bytes;
    private readonly JournalDisk _disk;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _wanted = new(1);
    private readonly SemaphoreSlim _made = new(0);
    private readonly ManualResetEventSlim _stop = new();
    private SafeFileHandle? _file;
    private volatile Exception? _error;

    internal SpareSegment(string directory, long bytes, JournalDisk disk)
    {
        _path = System.IO.Path.Combine(directory, JournalFormat.SpareName);
        _bytes = bytes;
        _disk = disk;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal spare" };
        _thread.Start();
    }

    /// <summary>Why there is none; null while there is one or one is being made.</summary>
    internal Exception? Error => _error;

    /// <summary>Takes the spare file and gives it its name; blocks until there is one.</summary>
    internal SafeFileHandle Take(string name, ReadOnlySpan<byte> header)
    {
        if (!_made.Wait(TakeLimitMs))
        {
            throw new JournalException($"No room for a new segment {name}.", _error ?? new TimeoutException());
        }

        var file = Interlocked.Exchange(ref _file, null)!;
        _disk.Write(file, header, 0);
        _disk.Sync(file);
        File.Move(_path, name);
        _disk.SyncDirectory(System.IO.Path.GetDirectoryName(name)!);
        _wanted.Release();
        return file;
    }

    public void Dispose()
    {
        _stop.Set();
        _wanted.Release();
        _thread.Join();
        if (_file is not null)
        {
            _file.Dispose();
            File.Delete(_path);
        }

        _wanted.Dispose();
        _made.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wanted.Wait();
            do
            {
                if (_stop.IsSet)
                {
                    return;
                }
            }
            while (!TryMake() && !_stop.Wait(RetryMs));
        }
    }

    private bool TryMake()
    {
        try
        {
            _file = _disk.CreateZeroed(_path, _bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file that could not be filled or synced is thrown away whole: nothing is ever written to it again.
            _error = error;
            return false;
        }

        _error = null;
        _made.Release();
        return true;
    }
}
