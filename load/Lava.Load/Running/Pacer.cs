using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lava.Load.Running;

/// <summary>
/// Sleeps until a timestamp. The runtime's own timers have a grain of a millisecond; a spinning wait would take a core from the server.
/// </summary>
internal static partial class Pacer
{
    // Until the scheduler has the thread running again; the sleep is shorter by it.
    private static readonly long Margin = Stopwatch.Frequency / 20_000;

    public static void SleepUntil(long timestamp)
    {
        while (timestamp - Stopwatch.GetTimestamp() is var left and > 0)
        {
            if (left > Margin)
            {
                var sleep = TimeSpan.FromSeconds((left - Margin) / (double)Stopwatch.Frequency);
                var rest = sleep.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick;
                var time = new TimeSpec { Seconds = (nint)sleep.TotalSeconds, Nanoseconds = (nint)rest };
                _ = NanoSleep(in time, 0);
            }
            else
            {
                Thread.SpinWait(8);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec time, nint remaining);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
