using System.Globalization;
using System.Text;
using Lava.Gateway;
using Lava.Metering;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary><c>/metrics</c>, in Prometheus's text format.</summary>
internal static class MetricsText
{
    public static string Write(NodeState state)
    {
        var text = new StringBuilder();
        var ready = (state.Hindrance ?? state.Node?.Hindrance) is null;
        Add(text, "lava_ready", "gauge", "1 where new calls are taken; /readyz says why not.", ready ? 1 : 0);
        if (state.Node is { } node)
        {
            AddCalls(text, node);
            AddJournal(text, node);
            AddPostgres(text, node);
            Add(text, "lava_payments_held", "gauge", "Payments in review: a person must decide.", node.Payments.Held);
            Add(
                text, "lava_provider_events_given_up", "gauge", "Events of payment providers that could not be handled in three days.",
                node.Payments.EventsGivenUp);
        }

        return text.ToString();
    }

    private static void AddCalls(StringBuilder text, ServerNode node)
    {
        var metrics = node.Metrics;
        Add(text, "lava_calls_total", "counter", "Calls that came in.", metrics.Calls);
        Add(text, "lava_calls_refused_total", "counter", "Calls that the gateway itself answered with an error.", metrics.Refused);
        Add(text, "lava_calls_completed_total", "counter", "Calls settled as completed.", metrics.Completed);
        Add(text, "lava_calls_errors_total", "counter", "Calls settled as errors.", metrics.Errors);
        Add(text, "lava_usage_partial_total", "counter", "Settlements whose usage was partly estimated.", metrics.Partial);
        Add(text, "lava_usage_unknown_total", "counter", "Settlements whose usage the provider did not tell.", metrics.Unknown);
        AddReasons(text, metrics);
        Add(text, "lava_jobs_open", "gauge", "Asynchronous jobs whose end has not been seen.", node.Jobs.Count);
        Add(
            text, "lava_calls_ceiling_priced_total", "counter", "Calls of models without a price, at a merchant's ceiling.",
            metrics.CeilingPriced);
        Add(text, "lava_calls_in_flight", "gauge", "Calls that run now.", node.Pipeline.InFlight);
        Add(text, "lava_streams", "gauge", "Streamed answers and sessions that go on.", metrics.Streams);
        Add(text, "lava_wallets", "gauge", "Wallets in memory.", node.Management.Wallets.Count);
        AddHistogram(text, "lava_added_seconds", "The gateway's own share of a call.", metrics.Added);
        AddHistogram(text, "lava_first_byte_seconds", "From a call's arrival to the first byte of its answer.", metrics.FirstByte);
    }

    private static void AddReasons(StringBuilder text, GatewayMetrics metrics)
    {
        const string Name = "lava_usage_inexact_total";
        const string Help = "Settlements that needed an estimate, by reason.";
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {Help}\n# TYPE {Name} counter\n");
        foreach (var reason in Enum.GetValues<UsageReason>().Where(reason => reason != UsageReason.None))
        {
            var label = reason.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"{Name}{{reason=\"{label}\"}} {metrics.Inexact(reason)}\n");
        }
    }

    private static void AddJournal(StringBuilder text, ServerNode node)
    {
        var journal = node.Journal;
        Add(text, "lava_journal_bytes", "gauge", "Journal on disk.", journal.SizeBytes);
        Add(text, "lava_journal_limit_bytes", "gauge", "Size at which no new call is taken.", node.JournalLimitBytes);
        Add(text, "lava_journal_segments", "gauge", "Files of the journal.", node.CountSegments());
        Add(text, "lava_journal_open_holds", "gauge", "Reservations without an end.", journal.OpenHolds);
        Add(text, "lava_journal_progress_total", "counter", "Records of calls that go on.", node.Metrics.Progress);
        Add(text, "lava_journal_durable_sequence", "counter", "The last durable record.", journal.DurableSequence);
    }

    private static void AddPostgres(StringBuilder text, ServerNode node)
    {
        var postgres = node.Postgres;
        Add(text, "lava_postgres_up", "gauge", "1 where PostgreSQL answers.", postgres.Away is null ? 1 : 0);
        Add(text, "lava_postgres_since_seconds", "gauge", "Unix time since when it does, or does not.", postgres.Since.ToUnixTimeSeconds());
        Add(text, "lava_postgres_restarts_total", "counter", "Times a private PostgreSQL ended by itself.", node.PostgresRestarts);
        Add(text, "lava_flush_lag_records", "gauge", "Journal records that PostgreSQL does not hold yet.", node.Flusher.LagRecords);
        Add(text, "lava_flush_lag_seconds", "gauge", "Age of the oldest call that PostgreSQL lacks.", node.Flusher.Lag);
        AddLags(text, node.Flusher.LagTimes);
        Add(text, "lava_flush_applied_sequence", "counter", "The last journal record that PostgreSQL holds.", node.Flusher.AppliedSequence);
        Add(text, "lava_flush_rejected_total", "counter", "Records that PostgreSQL refused, put aside.", node.Flusher.RejectedRecords);
    }

    // By doublings: with all its sixteenths a histogram would be 400 lines.
    private static void AddHistogram(StringBuilder text, string name, string help, LatencyHistogram histogram)
    {
        const int Sixteenths = 16;
        var counts = new long[LatencyHistogram.Buckets];
        histogram.CopyTo(counts);
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} histogram\n");
        var count = 0L;
        for (var last = Sixteenths - 1; last < counts.Length - 1; last += Sixteenths)
        {
            count += counts[(last - Sixteenths + 1)..(last + 1)].Sum();
            var bound = Seconds(TimeSpan.FromMicroseconds(LatencyHistogram.UpperBound(last)));
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bound}\"}} {count}\n");
        }

        // The last doubling has all that is longer, too.
        count += counts[^Sixteenths..].Sum();
        var sum = Seconds(TimeSpan.FromMicroseconds(histogram.Sum));
        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {sum}\n{name}_count {count}\n");
    }

    private static void AddLags(StringBuilder text, FlushLag lags)
    {
        const string Name = "lava_flush_batch_lag_seconds";
        const string Help = "From the end of a batch's oldest call until PostgreSQL held it.";
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {Help}\n# TYPE {Name} histogram\n");
        var count = 0L;
        for (var bucket = 0; bucket <= FlushLag.Bounds.Count; bucket++)
        {
            count += lags.CountOf(bucket);
            var bound = bucket < FlushLag.Bounds.Count ? Seconds(FlushLag.Bounds[bucket]) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{le=\"{bound}\"}} {count}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{Name}_sum {Seconds(lags.Sum)}\n{Name}_count {count}\n");
    }

    private static void Add(StringBuilder text, string name, string type, string help, long value) =>
        Add(text, name, type, help, value.ToString(CultureInfo.InvariantCulture));

    private static void Add(StringBuilder text, string name, string type, string help, TimeSpan value) =>
        Add(text, name, type, help, Seconds(value));

    private static void Add(StringBuilder text, string name, string type, string help, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
