using System.Collections.Concurrent;
using Lava.Postgres;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>
/// How much needs a merchant's attention, for the menu of every page: read once for all who look, at most every few seconds.
/// </summary>
/// <param name="read">Counts the lines of a merchant's list.</param>
/// <param name="time">The clock.</param>
internal sealed class AttentionCounts(Func<Guid, CancellationToken, Task<int>> read, TimeProvider time)
{
    /// <summary>How old a count may be that a page shows.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(10);

    // Longer than it takes; a page is rather there with the last count, or with none.
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(150);

    // More than look at their pages within a few seconds.
    private const int MerchantsMax = 1_000;

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>The count of a merchant's lines; null: nobody knows it now.</summary>
    public async Task<int?> OfAsync(Guid merchantId, CancellationToken cancellationToken)
    {
        var entry = EntryOf(merchantId);
        var reading = entry.Reading(time, () => ReadAsync(merchantId, entry));
        try
        {
            await reading.WaitAsync(WaitMax, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on, for who asks next.
        }

        return entry.Count;
    }

    /// <summary>The count that was read last; null: none was. Asks for nothing.</summary>
    public int? KnownOf(Guid merchantId) => _entries.TryGetValue(merchantId, out var entry) ? entry.Count : null;

    /// <summary>Somebody has read the list itself.</summary>
    public void Keep(Guid merchantId, int count) => EntryOf(merchantId).Keep(count, time.GetUtcNow());

    private Entry EntryOf(Guid merchantId)
    {
        if (_entries.Count >= MerchantsMax && !_entries.ContainsKey(merchantId))
        {
            _entries.Clear();
        }

        return _entries.GetOrAdd(merchantId, static _ => new Entry());
    }

    // For all who wait, so that it does not end with the one who came first; the statement has a limit of its own.
    private async Task ReadAsync(Guid merchantId, Entry entry)
    {
        try
        {
            entry.Keep(await read(merchantId, CancellationToken.None), time.GetUtcNow());
        }
        catch (Exception failure) when (failure is StoreUnavailableException or QueryTooLongException)
        {
            // The last count stays, as the page's other figures do.
        }
    }

    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private Task _reading = Task.CompletedTask;
        private DateTimeOffset _at = DateTimeOffset.MinValue;

        public int? Count { get; private set; }

        public void Keep(int count, DateTimeOffset now)
        {
            lock (_lock)
            {
                (Count, _at) = (count, now);
            }
        }

        /// <summary>What is read now, else what was read last; read anew where that is too old.</summary>
        public Task Reading(TimeProvider time, Func<Task> read)
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();
                if (_reading.IsCompleted && now - _at >= AgeMax)
                {
                    // Counted from its beginning, so that a failure is not tried again by every page.
                    _at = now;
                    _reading = read();
                }

                return _reading;
            }
        }
    }
}
