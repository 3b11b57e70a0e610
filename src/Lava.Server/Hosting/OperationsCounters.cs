namespace Lava.Server.Hosting;

/// <summary>Reads what a node counts. A few additions; no query, no lock.</summary>
internal static class OperationsCounters
{
    /// <summary>What samples a node.</summary>
    public static OperationsSampler Sampler(ServerNode node, TimeProvider time) =>
        new(values => Read(node, values), node.Metrics.Added, node.Metrics.FirstByte, time);

    private static void Read(ServerNode node, long[] values)
    {
        var metrics = node.Metrics;
        Set(OperationsValue.Calls, metrics.Calls);
        Set(OperationsValue.Refused, metrics.Refused);
        Set(OperationsValue.Completed, metrics.Completed);
        Set(OperationsValue.Errors, metrics.Errors);
        Set(OperationsValue.InFlight, node.Pipeline.InFlight);
        Set(OperationsValue.Streams, metrics.Streams);
        Set(OperationsValue.OpenJobs, node.Jobs.Count);
        Set(OperationsValue.Wallets, node.Management.Wallets.Count);
        Set(OperationsValue.JournalBytes, node.Journal.SizeBytes);
        Set(OperationsValue.LagRecords, node.Flusher.LagRecords);
        Set(OperationsValue.LagMicros, Micros(node.Flusher.Lag));
        Set(OperationsValue.HeapBytes, GC.GetTotalMemory(forceFullCollection: false));
        Set(OperationsValue.WorkingSet, Environment.WorkingSet);
        Set(OperationsValue.PauseMicros, Micros(GC.GetTotalPauseDuration()));
        Set(OperationsValue.CpuMicros, Micros(Environment.CpuUsage.TotalTime));
        Set(OperationsValue.QueuedWork, ThreadPool.PendingWorkItemCount);

        void Set(OperationsValue value, long number) => values[(int)value] = number;
    }

    private static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
