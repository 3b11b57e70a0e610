using System.Diagnostics;
using System.Globalization;
using Lava.Wallets.Journal;

namespace Lava.Benchmarks.Reporting;

/// <summary>
/// How long a disk takes to make a small append durable: written and synced as the journal does it, one after the other, into room that
/// is there already.
/// </summary>
/// <param name="Median">The median.</param>
/// <param name="P99">One in a hundred is slower.</param>
internal sealed record SyncTimes(TimeSpan Median, TimeSpan P99)
{
    private const int Appends = 500;
    private const int AppendBytes = 512;

    /// <summary>Of the disk under the temporary directory, where the benchmarks' journals are.</summary>
    public static SyncTimes Measure()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var file = JournalDisk.Real.Create(path);
            file.Write(new byte[Appends * AppendBytes], 0);
            file.Sync();
            return Measure(file);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {Median.TotalMicroseconds:N0} µs, p99 {P99.TotalMicroseconds:N0} µs");

    private static SyncTimes Measure(IJournalFile file)
    {
        var bytes = new byte[AppendBytes];
        var times = new TimeSpan[Appends];
        Array.Fill(bytes, (byte)1);
        for (var i = 0; i < Appends; i++)
        {
            var start = Stopwatch.GetTimestamp();
            file.Write(bytes, i * AppendBytes);
            file.Sync();
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        Array.Sort(times);
        return new SyncTimes(times[Appends / 2], times[Appends * 99 / 100]);
    }
}
