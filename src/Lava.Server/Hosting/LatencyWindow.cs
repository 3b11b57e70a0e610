using Lava.Gateway;

namespace Lava.Server.Hosting;

/// <summary>What a histogram counted in the last minute: it is looked at once a second.</summary>
internal sealed class LatencyWindow
{
    private const int Seconds = 60;
    private readonly LatencyHistogram _histogram;
    private readonly long[][] _past = new long[Seconds][];
    private readonly long[] _now = new long[LatencyHistogram.Buckets];
    private readonly long[] _window = new long[LatencyHistogram.Buckets];
    private int _next;

    public LatencyWindow(LatencyHistogram histogram)
    {
        _histogram = histogram;
        for (var i = 0; i < Seconds; i++)
        {
            _past[i] = new long[LatencyHistogram.Buckets];
        }
    }

    /// <summary>A second has passed.</summary>
    public void Advance()
    {
        var oldest = _past[_next];
        _histogram.CopyTo(_now);
        for (var i = 0; i < LatencyHistogram.Buckets; i++)
        {
            _window[i] = _now[i] - oldest[i];
        }

        _now.CopyTo(oldest, 0);
        _next = (_next + 1) % Seconds;
    }

    /// <summary>The duration that a part of the window's does not exceed, microseconds; 0 where there is none.</summary>
    public long Quantile(double part) => LatencyHistogram.Quantile(_window, part);
}
