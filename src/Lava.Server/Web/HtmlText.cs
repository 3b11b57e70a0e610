using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Lava.Server.Web;

/// <summary>
/// Makes <see cref="Markup"/> out of an interpolated string: what is written is HTML, what is put in is text and encoded. Holes stand
/// between tags or between quotation marks, nowhere else. There is no overload for any object: what is no text does not compile.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlText
{
    private readonly StringBuilder _html;

    public HtmlText(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (16 * formattedCount));

    public void AppendLiteral(string html) => _html.Append(html);

    public void AppendFormatted(string? text) => _html.Append(HtmlEncoder.Default.Encode(Printable(text ?? "")));

    public void AppendFormatted(int number) => _html.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(long number) => _html.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(Markup markup) => _html.Append(markup.ToString());

    public void AppendFormatted(IEnumerable<Markup> markup) => _html.Append(Markup.Join(markup).ToString());

    public string Take() => _html.ToString();

    // HTML has no way to write most control characters, and no text of ours needs one but the ends of lines.
    private static string Printable(string text) =>
        text.Any(IsUnprintable) ? string.Concat(text.Select(c => IsUnprintable(c) ? ' ' : c)) : text;

    private static bool IsUnprintable(char c) => char.IsControl(c) && c != '\n';
}
