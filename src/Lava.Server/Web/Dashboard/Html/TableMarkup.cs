namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Tables that become cards where the screen is narrow: each cell knows its column's name.</summary>
internal static class TableMarkup
{
    /// <summary>
    /// Rows of a list's page. A row of the widest is a kilobyte of HTML, of the 60 that a page may have; 15 of them take a browser of two
    /// processors some 20 ms of the 300 within which a page is painted.
    /// </summary>
    public const int PageRows = 25;

    /// <summary>A table.</summary>
    /// <param name="caption">What it is, for who can't see it.</param>
    /// <param name="columns">Names; one that begins with "#" is of numbers, which are lined up to the right.</param>
    /// <param name="rows">Cells in the columns' order.</param>
    public static Markup Of(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Markup>> rows) =>
        OfRows(caption, columns, rows.Select(cells => Row(columns, cells)));

    /// <summary>A table of rows that <see cref="Row"/> made.</summary>
    public static Markup OfRows(string caption, IReadOnlyList<string> columns, IEnumerable<Markup> rows) => Markup.Of($"""
        <div class="scroll"><table>
        <caption>{caption}</caption>
        <thead><tr>{columns.Select(Head)}</tr></thead>
        <tbody>{rows}</tbody>
        </table></div>
        """);

    /// <summary>A row of it, as a live page gets them one by one.</summary>
    public static Markup Row(IReadOnlyList<string> columns, IReadOnlyList<Markup> cells, string? id = null) => id is null
        ? Markup.Of($"<tr>{cells.Select((cell, i) => Cell(columns[i], cell))}</tr>")
        : Markup.Of($"""<tr id="{id}">{cells.Select((cell, i) => Cell(columns[i], cell))}</tr>""");

    private static Markup Head(string column) => IsNumber(column)
        ? Markup.Of($"""<th scope="col" class="number">{Name(column)}</th>""")
        : Markup.Of($"""<th scope="col">{column}</th>""");

    private static Markup Cell(string column, Markup cell) => IsNumber(column)
        ? Markup.Of($"""<td data-label="{Name(column)}" class="number">{cell}</td>""")
        : Markup.Of($"""<td data-label="{column}">{cell}</td>""");

    private static bool IsNumber(string column) => column.StartsWith('#');

    private static string Name(string column) => column[1..];
}
