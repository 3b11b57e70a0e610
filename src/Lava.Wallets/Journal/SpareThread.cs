namespace Lava.Wallets.Journal;

/// <summary>
/// Keeps a spare segment ready: a roll-over never waits for 64 MiB of writes, and when the disk is full settlements still have the
/// active segment and reservations are refused.
/// </summary>
internal sealed class SpareThread : ISpareSource
{
    /// <summary>Between two tries on a full disk: soon enough after an operator made room, rare enough not to matter.</summary>
    private const int RetryMs = 1_000;

    /// <summary>
    /// How long the writer waits for a segment before it gives up and the server stops: a confirmation by PostgreSQL may free
    /// space meanwhile. No client waits longer for its last chunk.
    /// </summary>
    private const int TakeLimitMs = 30_000;

    /// <summary>How long a close waits for the one that is being made: longer than 64 MiB take, and no stop is noticed as slow.</summary>
    private const int MakeLastLimitMs = 1_000;

    private readonly SpareSegment _spare;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _wanted = new(1);
    private readonly SemaphoreSlim _made = new(0);
    private readonly ManualResetEventSlim _stop = new();
    private bool _isLast;

    internal SpareThread(SpareSegment spare)
    {
        _spare = spare;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal spare" };
        _thread.Start();
    }

    public Exception? Error => _spare.Error;

    public IJournalFile Take(string name, ReadOnlySpan<byte> header)
    {
        // Both semaphores are full fences: the spare file belongs to this thread between them, to the other one outside.
        if (!_made.Wait(TakeLimitMs))
        {
            throw SpareSegment.NoRoom(name, Error);
        }

        var file = _spare.Take(name, header);
        if (!_isLast)
        {
            _wanted.Release();
        }

        return file;
    }

    public bool TryMakeLast()
    {
        _isLast = true;
        if (Error is not null || !_made.Wait(MakeLastLimitMs))
        {
            return false;
        }

        _made.Release();
        return true;
    }

    public void Dispose()
    {
        _stop.Set();
        _wanted.Release();
        _thread.Join();
        _spare.Dispose();
        _wanted.Dispose();
        _made.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wanted.Wait();
            while (!_stop.IsSet && !_spare.TryMake())
            {
                _stop.Wait(RetryMs);
            }

            if (_stop.IsSet)
            {
                return;
            }

            _made.Release();
        }
    }
}
