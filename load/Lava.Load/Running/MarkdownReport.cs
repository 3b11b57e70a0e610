using System.Globalization;
using System.Text;

namespace Lava.Load.Running;

/// <summary>A run as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## {report.Title}\n");
        foreach (var (name, value) in report.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {name}: {value}");
        }

        Table(text, RunReport.DurationColumns, "--:", report.Durations);
        Table(text, ["must hold", "measured", "verdict"], "---", report.Verdicts.Select(
            row => new[] { row.Text, row.Outcome.Measured, RunReport.Word(row.Outcome.Verdict) }));
        foreach (var warning in report.Warnings)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\nWarning: {warning}.");
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<string> columns, string align, IEnumerable<IEnumerable<string>> rows)
    {
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(columns.Skip(1).Select(_ => align + "|"))}");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|")))} |");
        }
    }
}
