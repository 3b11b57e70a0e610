using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Configuration;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <content>The journal, and what moves it into PostgreSQL.</content>
internal sealed partial class ServerNode
{
    private async Task OpenJournalAsync(
        ServeOptions options, DataDirectory directory, Recovery recovery, MeterPositions positions, TimeProvider time)
    {
        var journalOptions = new JournalOptions
        {
            Directory = directory.Journal,
            NodeId = options.NodeId,
            SizeLimitBytes = options.JournalLimitBytes,
            SegmentBytes = SegmentBytes(options.JournalLimitBytes),
        };
        Journal = JournalWriter.Open(journalOptions, recovery.Journal, JournalFailed);
        _undo.Push(Journal.DisposeAsync);
        Interrupted = recovery.Journal.OpenHolds.Count;
        await new InterruptedCalls(Journal, recovery.Wallets, positions, recovery.Limits, time).EndAsync(recovery.Journal.OpenHolds);
    }

    private void StartFlusher(DataDirectory directory, Database database, Recovery recovery)
    {
        var source = Keep(new FlusherJournal(directory.Journal, Journal));
        Flusher = database.CreateFlusher(source, recovery.Position, UsageRecordCodec.Decode);
        _undo.Push(Flusher.DisposeAsync);
        _flushing = Flusher.RunAsync(_stopFlushing.Token);
        _undo.Push(async () =>
        {
            await _stopFlushing.CancelAsync();
            await _flushing;
        });
    }

    /// <summary>A small limit gets small segments: an eighth of it, for one at least stays on disk and one is kept free.</summary>
    private static long SegmentBytes(long limit) => Math.Min(JournalOptions.DefaultSegmentBytes, limit / 8 / 4096 * 4096);

    /// <summary>A disk that fails to sync may have lost what it said it had: nothing more may be promised by this process.</summary>
    private static void JournalFailed(Exception cause) =>
        Environment.FailFast($"lava: the journal can't be written, stopping: {cause.Message}", cause);
}
