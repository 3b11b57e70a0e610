namespace Lava.Postgres;

/// <summary>The last journal record that PostgreSQL holds, and those who wait for one.</summary>
internal sealed class AppliedSignal(TimeProvider time)
{
    private long _sequence;
    private TaskCompletionSource _changed = NewSource();
    private TaskCompletionSource _wanted = NewSource();

    /// <summary>The last record that is held.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Moves it and wakes those who wait.</summary>
    public void Publish(long sequence)
    {
        Volatile.Write(ref _sequence, sequence);
        Interlocked.Exchange(ref _changed, NewSource()).SetResult();
    }

    /// <summary>Waits until a record is held; false: not within the limit.</summary>
    public async Task<bool> WaitAsync(long sequence, TimeSpan limit)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            // Taken before the look at the sequence: what is published in between completes it.
            var changed = Volatile.Read(ref _changed).Task;
            if (Sequence >= sequence)
            {
                return true;
            }

            Volatile.Read(ref _wanted).TrySetResult();
            var left = limit - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await changed.WaitAsync(left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lets time pass, but not while somebody waits.</summary>
    public async Task LingerAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var wanted = Volatile.Read(ref _wanted);
        await wanted.Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (wanted.Task.IsCompleted)
        {
            Volatile.Write(ref _wanted, NewSource());
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
