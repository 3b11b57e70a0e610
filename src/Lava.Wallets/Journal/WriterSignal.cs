namespace Lava.Wallets.Journal;

/// <summary>
/// Lets the writer thread sleep without polling or spinning, and wakes it without a system call when it is awake. A nap ends by itself,
/// so that what can wait for so long need not wake it.
/// </summary>
internal sealed class WriterSignal
{
    private const int Awake = 0;
    private const int Napping = 1;
    private const int Sleeping = 2;

    private readonly object _gate = new();
    private bool _released;
    private int _state;

    /// <summary>Before the writer looks for the last time whether there is work. A full fence.</summary>
    internal void Prepare(bool nap) => Interlocked.Exchange(ref _state, nap ? Napping : Sleeping);

    /// <summary>There is work after all.</summary>
    internal void Cancel()
    {
        if (Interlocked.Exchange(ref _state, Awake) == Awake)
        {
            // Someone took the state and releases: use that up, or the next sleep would end at once.
            Await(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Until <see cref="Wake"/>.</summary>
    internal void Sleep() => Await(Timeout.InfiniteTimeSpan);

    /// <summary>Until <see cref="Wake"/>, so long at most.</summary>
    internal void Nap(TimeSpan most)
    {
        if (!Await(most))
        {
            Cancel();
        }
    }

    /// <summary>After work was made visible with a full fence.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref _state) != Awake && Interlocked.Exchange(ref _state, Awake) != Awake)
        {
            Release();
        }
    }

    /// <summary>The same where the work can wait as long as a nap takes.</summary>
    internal void WakeFromSleep()
    {
        if (Volatile.Read(ref _state) == Sleeping && Interlocked.CompareExchange(ref _state, Awake, Sleeping) == Sleeping)
        {
            Release();
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _released = true;
            Monitor.Pulse(_gate);
        }
    }

    // A monitor: a semaphore would spin first, and take from those who fill the next commit the time to do it.
    private bool Await(TimeSpan most)
    {
        lock (_gate)
        {
            while (!_released)
            {
                if (!Monitor.Wait(_gate, most))
                {
                    return false;
                }
            }

            _released = false;
            return true;
        }
    }
}
