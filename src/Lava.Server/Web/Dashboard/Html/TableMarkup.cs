namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Tables that become cards where the screen is narrow: each cell knows its column's name.</summary>
internal static class TableMarkup
{
    /// <summary>A table.</summary>
    /// <param name="caption">What it is, for who can't see it.</param>
    /// <param name="columns">Names; one that begins with "#" is of numbers, which are lined up to the right.</param>
    /// <param name="rows">Cells in the columns' order.</param>
    public static Markup Of(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Markup>> rows) => Markup.Of($"""
        <div class="scroll"><table>
        <caption>{caption}</caption>
        <thead><tr>{columns.Select(Head)}</tr></thead>
        <tbody>{rows.Select(cells => Row(columns, cells))}</tbody>
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
