using Lava.Metering;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Where the time went: a bar, and its figures.</summary>
internal static class RequestTimingPart
{
    // The bar's own units; what there is of a part is at least one wide.
    private const int Width = 1_000;

    /// <summary>The section.</summary>
    public static Markup Of(UsageRecord record)
    {
        if (record.Reported)
        {
            return Markup.Of($"""<section aria-label="Timing"><h2>Timing</h2><p>Reported: done elsewhere.</p></section>""");
        }

        var times = TimesOf(record);
        var total = times.Sum(time => time.Micros);
        return Markup.Of($"""
            <section aria-label="Timing"><h2>Timing</h2>
            {Bar(times)}
            {PartMarkup.Facts([.. times.Select(time => (time.Name, Swatch(time))), ("From arrival to end", Figure(total))])}
            </section>
            """);
    }

    /// <summary>The parts in their order, which sum to the whole. The gateway's own share is counted before the first byte.</summary>
    internal static (string Name, string Class, long Micros)[] TimesOf(UsageRecord record)
    {
        var total = Math.Max(0, record.CompletedAtMicros - record.CreatedAtMicros);
        var first = record.TimeToFirstByteMicros == 0 ? total : Math.Clamp(record.TimeToFirstByteMicros, 0, total);
        var own = Math.Clamp(record.AddedMicros, 0, first);
        return
        [
            ("The gateway's own share", "own", own),
            ("Until the provider's first byte", "wait", first - own),
            ("Until the end of the answer", "answer", total - first),
        ];
    }

    private static Markup Swatch((string Name, string Class, long Micros) time) =>
        Markup.Of($"""
        <svg class="timing swatch" viewBox="0 0 1 1" aria-hidden="true"><rect class="{time.Class}" width="1" height="1"/></svg>
        {Figure(time.Micros)}
        """);

    private static Markup Figure(long micros) => Markup.Of($"{FigureText.Duration(micros)}");

    private static Markup Bar((string Name, string Class, long Micros)[] times)
    {
        var total = times.Sum(time => time.Micros);
        if (total == 0)
        {
            return Markup.Empty;
        }

        var parts = new List<Markup>();
        var x = 0;
        foreach (var (name, style, micros) in times.Where(time => time.Micros > 0))
        {
            var width = Math.Max(1, (int)(micros * Width / total));
            parts.Add(Markup.Of($"""
                <rect class="{style}" x="{x}" y="0" width="{width}" height="16"><title>{name}: {Figure(micros)}</title></rect>
                """));
            x += width;
        }

        return Markup.Of($"""
            <svg class="timing" viewBox="0 0 {Width} 16" preserveAspectRatio="none" role="img" aria-label="Parts of the time">{parts}</svg>
            """);
    }
}
