using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>
/// A list of objects in a form: rows of fields, of which empty ones say nothing. "tiers[0].start" of the API is the field "tiers_0_start"
/// here, so that what is wrong with it stands beside it.
/// </summary>
/// <param name="Path">The list's name in the API's document.</param>
/// <param name="Title">What people read of a row, before its number.</param>
/// <param name="Columns">The fields of a row. A row is empty where those that are typed in are.</param>
/// <param name="Most">Rows that the API takes.</param>
internal sealed record FormRows(string Path, string Title, IReadOnlyList<FormField> Columns, int Most)
{
    /// <summary>Rows that are shown beside the filled ones.</summary>
    private const int Spare = 2;

    /// <summary>Rows that are shown at least: enough for who has no scripts to add some.</summary>
    public int Least { get; init; } = 5;

    /// <summary>The fields of all rows that a form with these values shows.</summary>
    public IEnumerable<FormField> Fields(PostedForm values) =>
        Enumerable.Range(0, Math.Min(Most, Math.Max(Least, Filled(values) + Spare))).SelectMany(Row);

    /// <summary>The fields of one row.</summary>
    public IEnumerable<FormField> Row(int index) => Columns.Select(column => column with
    {
        Name = NameOf(index, column),
        Label = string.Create(CultureInfo.InvariantCulture, $"{Title} {index + 1}: {column.Label}"),
        Path = $"{Path}[{index}].{column.Path}",
        Abreast = Columns.Count,
        Hint = index == 0 ? column.Hint : null,
    });

    /// <summary>The same form without empty rows between filled ones: its rows are numbered as the API's are.</summary>
    public PostedForm Compact(PostedForm form)
    {
        var rows = Enumerable.Range(0, Most).Where(index => !IsEmpty(form, index)).ToArray();
        var result = form;
        var end = Filled(form);
        for (var place = 0; place < end; place++)
        {
            foreach (var column in Columns)
            {
                result = result.With(NameOf(place, column), place < rows.Length ? form.Text(NameOf(rows[place], column)) : null);
            }
        }

        return result;
    }

    /// <summary>A form's values with the rows that the API's document has.</summary>
    public PostedForm Fill(PostedForm form, JsonElement document)
    {
        var index = 0;
        foreach (var row in document.GetProperty(Path).EnumerateArray())
        {
            foreach (var column in Columns)
            {
                form = form.With(NameOf(index, column), TextOf(column, row.GetProperty(column.Path)));
            }

            index++;
        }

        return form;
    }

    /// <summary>Makes the list out of what the form's rows were read as. It is there when it is empty, too: that clears it.</summary>
    public void Fold(JsonObject body)
    {
        var list = new JsonArray();
        for (var index = 0; index < Most; index++)
        {
            if (body.Remove($"{Path}[{index}]", out var row) && row is JsonObject filled
                && Columns.Any(column => IsTyped(column) && filled.ContainsKey(column.Path)))
            {
                list.Add(filled);
            }
        }

        body[Path] = list;
    }

    private int Filled(PostedForm form) =>
        Enumerable.Range(0, Most).Select(index => index + 1).LastOrDefault(count => !IsEmpty(form, count - 1));

    private bool IsEmpty(PostedForm form, int index) =>
        Columns.All(column => !IsTyped(column) || form.Text(NameOf(index, column)) is null);

    private string NameOf(int index, FormField column) => $"{Path}_{index.ToString(CultureInfo.InvariantCulture)}_{column.Name}";

    private static bool IsTyped(FormField column) => column.Kind is not (FieldKind.Choice or FieldKind.Hidden);

    private static string TextOf(FormField column, JsonElement value) =>
        column.Kind == FieldKind.Amount ? PostedForm.AsTyped(value.ToString()) : value.ToString();
}
