namespace Lava.Wallets.Journal;

/// <summary>Lets the writer thread sleep without polling, and wakes it without a system call when it is awake.</summary>
internal sealed class WriterSignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);
    private int _parked;

    /// <summary>Before the writer looks for the last time whether there is work. A full fence.</summary>
    internal void Prepare() => Interlocked.Exchange(ref _parked, 1);

    /// <summary>There is work after all.</summary>
    internal void Cancel()
    {
        if (Interlocked.Exchange(ref _parked, 0) == 0)
        {
            // Someone took the flag and releases the semaphore: use that up, or the next sleep would end at once.
            _semaphore.Wait();
        }
    }

    internal void Wait() => _semaphore.Wait();

    /// <summary>After work was made visible with a full fence.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref _parked) == 1 && Interlocked.Exchange(ref _parked, 0) == 1)
        {
            _semaphore.Release();
        }
    }

    public void Dispose() => _semaphore.Dispose();
}
