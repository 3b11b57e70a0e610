using Lava.Server.Hosting;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>The operator's page.</summary>
internal static class OperationsView
{
    private const int TableMinutes = 15;

    private static readonly (string Name, string Title, string Label)[] Plots =
    [
        ("requests", "Requests a second", "Requests, errors and refused calls a second"),
        ("added", "The gateway's own share", "The gateway's own share of calls: half, nine in ten, 99 in a hundred had less"),
        ("first", "First byte", "Time to the first byte of answers: half, 99 in a hundred had less"),
        ("open", "Open", "Calls in flight and open streams"),
        ("lag", "PostgreSQL behind", "Seconds that PostgreSQL is behind the calls"),
        ("memory", "Memory", "Memory of the process and of its heap"),
    ];

    public static PageView Of(PageCall call, OperationsParts parts, IReadOnlyList<HealthLine> health)
    {
        var isLong = call.Query("span") == OperationsPages.Long;
        var samples = parts.Sampler.Recent.ToList();
        return new PageView(PageArea.Operations, "Operations", Markup.Of($"""
            <div data-operations data-samples-url="{Address(OperationsPages.SamplesPath, isLong)}"
              data-live-url="/dashboard{OperationsPages.LivePath}" data-is-long="{(isLong ? "yes" : "no")}">
            {Tiles(OperationsPoints.Texts(parts.Sampler.Latest, samples.Count > 1 ? samples[^2] : null))}
            <section><h2>Health</h2><ul class="health">{health.Select(Line)}</ul></section>
            {PartMarkup.Tabs(
                "Time",
                Address(OperationsPages.Path, isLong),
                [(Address(OperationsPages.Path, false), "15 minutes"), (Address(OperationsPages.Path, true), "6 hours")])}
            <div class="columns plots">{Plots.Select(Plot)}</div>
            {Table(call, samples)}
            <div class="columns">{Loaded(call, parts)}{Settings(parts)}</div>
            </div>
            """))
        {
            Scripts = ["uPlot.iife.min.js", "operations.mjs"],
            Styles = ["uPlot.min.css", "overview.css", "operations.css"],
        };
    }

    private static string Address(string path, bool isLong) => $"/dashboard{path}{(isLong ? $"?span={OperationsPages.Long}" : "")}";

    private static Markup Tiles(Dictionary<string, string> texts)
    {
        var refused = Markup.Of($"{Live(texts, "errors")} errors, {Live(texts, "refused")} refused");
        var (p90, p99, p999) = (Live(texts, "added90"), Live(texts, "added99"), Live(texts, "added999"));
        return Markup.Of($"""
            <div class="tiles">
            {Tile("Requests a second", Live(texts, "requests"), refused)}
            {Tile("Own share, last minute", Live(texts, "added50"), Markup.Of($"p90 {p90} · p99 {p99} · p99.9 {p999}"))}
            {Tile("First byte, last minute", Live(texts, "first50"), Markup.Of($"p99 {Live(texts, "first99")}"))}
            {Tile("In flight", Live(texts, "inflight"), Markup.Of($"streams: {Live(texts, "streams")}"))}
            {Tile("Memory", Live(texts, "memory"), Markup.Of($"{Live(texts, "heap")} of it heap · processor {Live(texts, "cpu")}"))}
            </div>
            """);
    }

    private static Markup Tile(string title, Markup figure, Markup below) => Markup.Of(
        $"""<div class="tile"><h2>{title}</h2><p class="large">{figure}</p><p class="hint">{below}</p></div>""");

    private static Markup Live(Dictionary<string, string> texts, string name) =>
        Markup.Of($"""<span data-live="{name}">{texts[name]}</span>""");

    private static Markup Line(HealthLine line) => Markup.Of($"""
        <li data-health="{line.Key}"><span class="what">{line.Name}</span><span class="badge {line.Tone}" data-word>{line.Word}</span>
        <span class="figure" data-figure>{TextMarkup.Plain(line.Figure)}</span>
        <span class="advice" data-advice>{TextMarkup.Plain(line.Advice)}</span></li>
        """);

    private static Markup Plot((string Name, string Title, string Label) plot) => Markup.Of($"""
        <section class="plot"><h2>{plot.Title}</h2>
        <div class="plot-area low" data-plot="{plot.Name}" role="img" aria-label="{plot.Label}; the table below has the figures"></div>
        <div class="legend" data-legend="{plot.Name}"></div>
        </section>
        """);

    // A row for each minute: what the plots show, for who can't see them.
    private static Markup Table(PageCall call, List<OperationsSample> samples)
    {
        var rows = new List<IReadOnlyList<Markup>>();
        const int Step = 60;
        for (var i = samples.Count - 1; i >= Step && rows.Count < TableMinutes; i -= Step)
        {
            var (sample, before) = (samples[i], samples[i - Step]);
            rows.Add(
            [
                call.Moment(sample.At),
                Text(OperationsText.Rate(sample.RateSince(before, OperationsValue.Calls))),
                Text(OperationsText.Rate(sample.RateSince(before, OperationsValue.Errors))),
                Text(OperationsText.Rate(sample.RateSince(before, OperationsValue.Refused))),
                Text(OperationsText.Micros(sample[OperationsValue.AddedP50])),
                Text(OperationsText.Micros(sample[OperationsValue.AddedP99])),
                Text(OperationsText.Micros(sample[OperationsValue.FirstByteP99])),
                Text(FigureText.Count(sample[OperationsValue.Streams])),
                Text(OperationsText.Micros(sample[OperationsValue.LagMicros])),
                Text(OperationsText.Bytes(sample[OperationsValue.WorkingSet])),
            ]);
        }

        string[] columns =
        [
            "Minute until", "#Requests/s", "#Errors/s", "#Refused/s", "#Own p50", "#Own p99", "#First byte p99", "#Streams", "#Behind",
            "#Memory",
        ];
        return Markup.Of($"""
            <details class="figures"><summary>The last minutes as a table</summary>
            {(rows.Count == 0 ? Markup.Of($"<p>The first minute is not over yet.</p>") : TableMarkup.Of("The last minutes", columns, rows))}
            </details>
            <p class="hint">A restart begins these plots anew. For longer, let Prometheus read <code>{call.Server}metrics</code>.</p>
            """);
    }

    private static Markup Loaded(PageCall call, OperationsParts parts)
    {
        var prices = parts.Parts.Prices;
        var rows = prices.Rows.Count;
        var newest = prices.InForceOn(DateOnly.FromDateTime(call.Now.UtcDateTime)).Max(row => row.Since);
        var providers = parts.Parts.Catalog.Providers;
        return Markup.Of($"""
            <section><h2>Loaded</h2>
            {PartMarkup.Facts(
            [
                ("Version", TextMarkup.Code(ProductVersion.Text)),
                ("Node", Text(FigureText.Count(parts.Options.NodeId))),
                ("Started", call.Moment(parts.StartedAt)),
                ("Up for", Text(OperationsText.Span(call.Now - parts.StartedAt))),
                ("Prices", Text($"version {prices.Version}, {FigureText.Count(rows)} rows; newest in force: {newest:yyyy-MM-dd}")),
                ("Providers", Text($"{providers.Count}, {providers.Count(parts.Parts.ProviderKeys.Has)} with a key of the server's")),
            ])}
            <details class="figures"><summary>Providers</summary>
            {TableMarkup.Of("Providers", ["Provider", "Hosts", "Key"], providers.Select(provider => (IReadOnlyList<Markup>)
            [
                TextMarkup.Name(provider.Label.Length > 0 ? provider.Label : provider.Name),
                TextMarkup.Name(string.Join(", ", provider.Hosts)),
                parts.Parts.ProviderKeys.Has(provider) ? PartMarkup.Badge("good", "the server's") : TextMarkup.None,
            ]))}
            </details>
            </section>
            """);
    }

    private static Markup Settings(OperationsParts parts) => Markup.Of($"""
        <section><h2>Settings that are not as they come</h2>
        {(parts.Options.Changed.Count == 0
            ? Markup.Of($"<p>None.</p>")
            : TableMarkup.Of("Settings", ["Setting", "Value"], parts.Options.Changed.Select(one => (IReadOnlyList<Markup>)
                [TextMarkup.Code(one.Name), TextMarkup.Name(one.Value)])))}
        </section>
        """);

    private static Markup Text(string text) => Markup.Of($"{text}");
}
