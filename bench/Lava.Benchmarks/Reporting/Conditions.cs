using System.Globalization;
using BenchmarkDotNet.Environments;

namespace Lava.Benchmarks.Reporting;

/// <summary>What figures of time depend on beside the code: the machine, and how busy it and its disk are at a moment.</summary>
/// <param name="Load">Processes that ran or waited for the disk, average of the last minute.</param>
/// <param name="Disk">How long the disk takes.</param>
internal sealed record Conditions(string Load, SyncTimes Disk)
{
    /// <summary>Now; takes a moment, for the disk is tried.</summary>
    public static Conditions Take() =>
        new(File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown", SyncTimes.Measure());

    /// <summary>The machine and what runs on it, on one line.</summary>
    public static string Machine()
    {
        var host = HostEnvironmentInfo.GetCurrent();
        var collector = host.IsServerGC ? "server" : "workstation";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} vCPU, {host.CpuInfo.Value?.ProcessorName}, {host.OsVersion.Value}, "
            + $"kernel {Environment.OSVersion.Version}, .NET {Environment.Version}, {collector} GC");
    }
}
