using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <content>
/// The writer thread: commits as soon as somebody waits for it, and what nobody waits for soon after; sleeps else, until it is closed or
/// the disk fails.
/// </content>
public sealed partial class JournalWriter
{
    // Naps without anything to commit before a real sleep: while calls come, a RESERVE does not pay for waking the thread.
    private const int VainNapsMax = 100;

    /// <summary>
    /// How long a record that nobody waits for may stay in memory: a RESERVE, before its answer begins, and a PROGRESS. A fraction of a
    /// provider's time to its first byte; in that time the records of other calls, or the call's own SETTLE, join the commit.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    // As many as wait together, others are on their way: a commit for each few of them costs more than it spares them.
    private const int CompanyMin = 4;

    // With the timer's slack about 0.1 ms each, together about as long as a sync under load: fewer commits, each of which costs
    // both a processor and the disk.
    private const uint GatherMicroseconds = 50;
    private const int GatherPausesMax = 2;

    // Some two dozen calls: more would wait for little.
    private const int CrowdBytes = 16 << 10;

    // Those whose wait the last commit ended.
    private int _company;
    private int _vainNaps;
    private long _wanted;

    /// <summary>Somebody waits for this ticket. After its record was published, or its waiter pushed: both are full fences.</summary>
    private void Want(long ticket)
    {
        var wanted = Volatile.Read(ref _wanted);
        while (wanted < ticket)
        {
            var seen = Interlocked.CompareExchange(ref _wanted, ticket, wanted);
            if (seen == wanted)
            {
                return;
            }

            wanted = seen;
        }
    }

    private bool IsWanted => Volatile.Read(ref _wanted) > _waiters.DurableTicket;

    private void Run()
    {
        while (_failure is null && Rest())
        {
            _vainNaps = TryStep() ? 0 : _vainNaps + 1;
        }

        if (_failure is null)
        {
            End(TrySeal());
        }
    }

    /// <summary>Until there is something to commit; false where there never will be.</summary>
    private bool Rest()
    {
        if (HasUrgentWork)
        {
            if (_ring.IsClosed)
            {
                // Where a record is claimed and not yet published, whoever fills it may need this processor.
                Thread.Yield();
            }
            else if (_company >= CompanyMin && _ring.HasPublished)
            {
                Gather();
            }

            return !_ring.IsDrained;
        }

        var nap = _ring.HasPublished || _vainNaps < VainNapsMax;
        _signal.Prepare(nap);
        if (HasUrgentWork || (!nap && _ring.HasPublished))
        {
            _signal.Cancel();
        }
        else if (nap)
        {
            _signal.Nap(Patience);
        }
        else
        {
            _signal.Sleep();
        }

        return !_ring.IsDrained;
    }

    private void Gather()
    {
        for (var pauses = 0; pauses < GatherPausesMax && _ring.UsedBytes < CrowdBytes && !_ring.IsHalfFull; pauses++)
        {
            _ = Pause(GatherMicroseconds);
        }
    }

    // What is wanted may stand behind a record that is claimed and not yet published: whoever publishes that one wakes the thread.
    private bool HasUrgentWork => _ring.IsClosed || _waiters.HasNew || (IsWanted && _ring.HasPublished);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Pause(uint microseconds);

    private void End(Exception? failure)
    {
        _failure = failure;
        _ring.Close();
        _waiters.End(failure);
        _space.Set();
        _ended.TrySetResult();
        Interlocked.Exchange(ref _more, null)?.TrySetResult();
        if (failure is not null)
        {
            _onFailed(failure);
        }
    }
}
