using System.Text;

namespace Lava.Load.Comparing;

/// <summary>Markdown with tables.</summary>
internal sealed class Tables
{
    private readonly StringBuilder _text = new();

    public void Heading(string text) => _text.Append("## ").AppendLine(text).AppendLine();

    public void Line(string text) => _text.AppendLine(text);

    /// <summary>Begins a table; all columns but the first hold numbers.</summary>
    public void Columns(params string[] names)
    {
        _text.Append("| ").AppendJoin(" | ", names).AppendLine(" |");
        _text.Append("|---|").Insert(_text.Length, "--:|", names.Length - 1).AppendLine();
    }

    public void Row(IEnumerable<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    public void Row(string name, string format, params double[] values) =>
        Row(Numbers.Text(format, values).Prepend(name));

    public override string ToString() => _text.ToString();
}
