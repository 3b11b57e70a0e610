using System.Globalization;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>Looks at a node's parts and says of each how it is, and what to do.</summary>
internal static class OperationsHealth
{
    private const int JournalWarnPercent = 70;
    private const int JournalBadPercent = 95;
    private const int WalletsWarnPercent = 80;
    private static readonly TimeSpan LagWarn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VerifyOld = TimeSpan.FromDays(7);

    /// <summary>What is known without a query.</summary>
    public static HealthLine[] Of(OperationsParts parts, DateTimeOffset now) =>
        [Calls(parts), Journal(parts), Flush(parts), Postgres(parts, now), Wallets(parts), Jobs(parts)];

    /// <summary>What <c>lava verify</c> found.</summary>
    /// <param name="latest">The last run; null: there was none.</param>
    /// <param name="isKnown">Could the store be asked?</param>
    /// <param name="now">Now.</param>
    /// <param name="zone">In which its time is told.</param>
    public static HealthLine Verify(VerificationRecord? latest, bool isKnown, DateTimeOffset now, ViewerZone zone)
    {
        const string Name = "Books";
        if (!isKnown)
        {
            return new HealthLine("verify", Name, HealthLine.Warn, "not known", "PostgreSQL is away", "");
        }

        if (latest is null)
        {
            return new HealthLine(
                "verify", Name, HealthLine.Warn, "never proven", "", "Run lava verify beside the server, each night for example.");
        }

        var age = now - latest.VerifiedAt;
        var figure = string.Create(
            CultureInfo.InvariantCulture,
            $"{latest.Checks} checks on {zone.Of(latest.VerifiedAt):d MMM yyyy, HH:mm}, {OperationsText.Span(age)} ago; "
                + $"they took {latest.Took.TotalSeconds:0.0} s");
        return latest.Differences > 0
            ? new HealthLine(
                "verify", Name, HealthLine.Bad, $"{latest.Differences} differences", figure,
                "Run lava verify: it lists them. Keep a backup before anything is mended.")
            : age > VerifyOld
                ? new HealthLine("verify", Name, HealthLine.Warn, "proven, long ago", figure, "Run lava verify again.")
                : new HealthLine("verify", Name, HealthLine.Good, "proven", figure, "");
    }

    private static HealthLine Calls(OperationsParts parts) => parts.Node.Hindrance is { } hindrance
        ? new HealthLine(
            "calls", "Calls", HealthLine.Bad, "refused", hindrance, "New calls get 503 until then; those under way end as they should.")
        : new HealthLine(
            "calls", "Calls", HealthLine.Good, "taken",
            parts.Node.Interrupted > 0 ? $"{parts.Node.Interrupted} that the last process left open were ended at the start" : "", "");

    private static HealthLine Journal(OperationsParts parts)
    {
        var journal = parts.Node.Journal;
        var percent = 100 * journal.SizeBytes / parts.Node.JournalLimitBytes;
        var figure = $"{OperationsText.Bytes(journal.SizeBytes)} of {OperationsText.Bytes(parts.Node.JournalLimitBytes)}, "
            + $"{journal.OpenHolds} reservations open";
        const string Advice =
            "PostgreSQL must take its records: see the flush. --journal-limit gives more time, and needs the disk for it.";
        return percent >= JournalBadPercent ? new HealthLine("journal", "Journal", HealthLine.Bad, "full", figure, Advice)
            : percent >= JournalWarnPercent ? new HealthLine("journal", "Journal", HealthLine.Warn, "filling up", figure, Advice)
            : new HealthLine("journal", "Journal", HealthLine.Good, "has room", figure, "");
    }

    private static HealthLine Flush(OperationsParts parts)
    {
        var flusher = parts.Node.Flusher;
        var figure = string.Create(
            CultureInfo.InvariantCulture, $"{flusher.Lag.TotalSeconds:0.0} s behind, records: {flusher.LagRecords}");
        return flusher.RejectedRecords > 0
            ? new HealthLine(
                "flush", "Flush", HealthLine.Bad, $"{flusher.RejectedRecords} put aside", figure,
                "PostgreSQL refused these records: lava verify names them, each has to be booked by hand.")
            : flusher.LastError is { } error
                ? new HealthLine(
                    "flush", "Flush", HealthLine.Bad, "held up", figure, $"It goes on trying. PostgreSQL said: {error.Message}")
                : flusher.Lag > LagWarn
                    ? new HealthLine(
                        "flush", "Flush", HealthLine.Warn, "behind", figure,
                        "Look at PostgreSQL's disk and processors: it takes less than comes.")
                    : new HealthLine("flush", "Flush", HealthLine.Good, "keeps up", figure, "");
    }

    private static HealthLine Postgres(OperationsParts parts, DateTimeOffset now)
    {
        var node = parts.Node;
        var state = node.Postgres;
        var kind = node.HasPrivateDatabase ? "private" : "as given by --postgres";
        var since = OperationsText.Span(now - state.Since);
        return state.Away is { } reason
            ? new HealthLine(
                "postgres", "PostgreSQL", HealthLine.Bad, "away", $"for {since}, {kind}",
                $"Calls go on, the journal keeps their records. It said: {reason}")
            : node.PostgresRestarts > 0
                ? new HealthLine(
                    "postgres", "PostgreSQL", HealthLine.Warn, "up",
                    $"for {since}, {kind}; it ended {node.PostgresRestarts} times by itself",
                    "Its own log says why: memory, most often.")
                : new HealthLine("postgres", "PostgreSQL", HealthLine.Good, "up", $"for {since}, {kind}", "");
    }

    private static HealthLine Wallets(OperationsParts parts)
    {
        var count = parts.Node.Management.Wallets.Count;
        var capacity = parts.Options.WalletCapacity;
        var figure = $"{FigureText.Count(count)} of {FigureText.Count(capacity)}";
        return 100 * count / capacity >= WalletsWarnPercent
            ? new HealthLine(
                "wallets", "Wallets", HealthLine.Warn, "nearly full", figure,
                "Start with a larger --wallet-capacity: about 200 bytes each.")
            : new HealthLine("wallets", "Wallets", HealthLine.Good, "have room", figure, "");
    }

    private static HealthLine Jobs(OperationsParts parts) => parts.Node.Jobs.IsFull
        ? new HealthLine(
            "jobs", "Jobs", HealthLine.Bad, "full", $"{parts.Node.Jobs.Count} open",
            "No job can be begun. Their results are asked for as time goes by; see whether providers answer.")
        : new HealthLine("jobs", "Jobs", HealthLine.Good, "watched", $"{parts.Node.Jobs.Count} open", "");
}
