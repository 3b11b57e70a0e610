using System.Xml.Linq;
using Lava.Load.Running.Plots;

namespace Lava.Load.Running;

/// <summary>A run as one HTML file that needs no other, no script and no network. It is well-formed XML too.</summary>
internal static class HtmlReport
{
    // Five colours that people who see few still tell apart, and dashes for those who print.
    private const string Style =
        """
        :root { color-scheme: light dark; --text: #1c2126; --back: #fbfbfa; --card: #ffffff; --rule: #d9dde1; --soft: #5b6670;
          --s0: #0b62c4; --s1: #c2410c; --s2: #0f766e; --s3: #7c3aed; --s4: #a16207; --s5: #64748b; --good: #15803d; --bad: #b91c1c; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --back: #14171a; --card: #1b1f23; --rule: #343a40; --soft: #9aa5af;
          --s0: #6cb0ff; --s1: #ff9f5a; --s2: #4fd1c5; --s3: #c4a5ff; --s4: #e5c04b; --s5: #94a3b8; --good: #4ade80; --bad: #f87171; } }
        body { margin: 0 auto; padding: 24px 16px 48px; max-width: 860px; background: var(--back); color: var(--text);
          font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 22px; line-height: 1.3; margin: 0 0 16px; } h2 { font-size: 16px; margin: 28px 0 8px; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; } dt { color: var(--soft); } dd { margin: 0; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: 5px 10px; border-bottom: 1px solid var(--rule); text-align: left; }
        th { color: var(--soft); font-weight: 600; } .numbers td + td, .numbers th + th { text-align: right; }
        .Holds { color: var(--good); } .Missed { color: var(--bad); font-weight: 700; } .Spoiled, .warning { color: var(--s1); }
        figure { margin: 0; padding: 8px; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
        svg { display: block; width: 100%; height: auto; } svg text { font: 11.5px system-ui, sans-serif; fill: var(--soft); }
        .grid { stroke: var(--rule); stroke-width: 0.7; } .frame { fill: none; stroke: var(--soft); stroke-width: 0.8; }
        .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
        .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); stroke-dasharray: 7 3; } .s2 { stroke: var(--s2); stroke-dasharray: 2 2.5; }
        .s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; } .s4 { stroke: var(--s4); stroke-dasharray: 4 2; } .s5 { stroke: var(--s5); }
        .dot { fill: var(--card); stroke-width: 1.4; stroke-dasharray: none; }
        """;

    public static string Write(RunReport report, ScenarioStatistics statistics)
    {
        var page = new XElement(
            "html", new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", report.Title),
                new XElement("style", Style)),
            new XElement(
                "body",
                new XElement("h1", report.Title),
                new XElement("dl", report.Facts.Select(fact => new[] { new XElement("dt", fact.Name), new XElement("dd", fact.Text) })),
                report.Warnings.Select(warning => new XElement("p", new XAttribute("class", "warning"), $"Warning: {warning}.")),
                new XElement("h2", "What must hold"),
                Verdicts(report),
                new XElement("h2", "Durations"),
                Table("numbers", RunReport.DurationColumns, report.Durations.Select(row => row.Select(cell => new XElement("td", cell)))),
                RunPlots.Of(statistics).Select(plot => new[] { new XElement("h2", plot.Title), new XElement("figure", plot.Draw()) })));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static XElement Verdicts(RunReport report) => Table(
        "verdicts", ["threshold", "measured", "verdict"], report.Verdicts.Select(row => new[]
        {
            new XElement("td", row.Text),
            new XElement("td", row.Outcome.Measured),
            new XElement("td", new XAttribute("class", row.Outcome.Verdict), RunReport.Word(row.Outcome.Verdict)),
        }));

    private static XElement Table(string name, IEnumerable<string> columns, IEnumerable<IEnumerable<XElement>> rows) => new(
        "div", new XAttribute("class", "wide"),
        new XElement(
            "table", new XAttribute("class", name),
            new XElement("thead", new XElement("tr", columns.Select(column => new XElement("th", column)))),
            new XElement("tbody", rows.Select(row => new XElement("tr", row)))));
}
