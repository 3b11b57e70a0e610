using System.Buffers;
using System.Text;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Lines of comma-separated values (RFC 4180) that spreadsheets open without running anything of them.</summary>
internal static class CsvText
{
    // What spreadsheets read as the beginning of a formula (OWASP, "CSV injection").
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n");
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Adds a line.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="cells">Each as it is; text that somebody chose through <see cref="Plain"/>.</param>
    public static void AddLine(StringBuilder to, IEnumerable<string> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            to.Append(isFirst ? "" : ",");
            isFirst = false;
            if (cell.AsSpan().ContainsAny(Quoted))
            {
                to.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                to.Append(cell);
            }
        }

        to.Append("\r\n");
    }

    /// <summary>A text that is no formula: what could begin one gets an apostrophe before it.</summary>
    public static string Plain(string? text) => text is { Length: > 0 } && Formula.Contains(text[0]) ? $"'{text}" : text ?? "";
}
