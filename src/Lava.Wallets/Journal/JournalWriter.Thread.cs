namespace Lava.Wallets.Journal;

/// <content>The writer thread: commits while there is something, sleeps else, until it is closed or the disk fails.</content>
public sealed partial class JournalWriter
{
    private void Run()
    {
        while (TryStep() || (_failure is null && TryPark()))
        {
        }

        if (_failure is null)
        {
            End(TrySeal());
        }
    }

    /// <summary>Sleeps until there is work; false where there never will be.</summary>
    private bool TryPark()
    {
        _signal.Prepare();
        if (_ring.HasPublished || _waiters.HasNew || _ring.IsDrained)
        {
            _signal.Cancel();
            return _ring.HasPublished || _waiters.HasNew || !_ring.IsDrained;
        }

        _signal.Wait();
        return true;
    }

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
