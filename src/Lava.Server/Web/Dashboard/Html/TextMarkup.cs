namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Texts that somebody else chose, shown as they are and as nothing else.</summary>
internal static class TextMarkup
{
    /// <summary>Characters of a name that a row has room for; the whole stands in its title.</summary>
    public const int LengthMax = 200;

    private const char Replacement = '\uFFFD';

    /// <summary>A name, a model, a value of metadata. Its writing direction ends with it.</summary>
    public static Markup Name(string? text)
    {
        var plain = Plain(text ?? "");
        return plain.Length <= LengthMax
            ? Markup.Of($"<bdi>{plain}</bdi>")
            : Markup.Of($"""<bdi title="{plain}">{Cut(plain)}…</bdi>""");
    }

    /// <summary>What stands for "none" in a table.</summary>
    public static Markup None => Markup.Of($"""<span class="none" title="none">–</span>""");

    /// <summary>A name, or what stands for none.</summary>
    public static Markup NameOrNone(string? text) => string.IsNullOrEmpty(text) ? None : Name(text);

    /// <summary>An id or another text that is copied rather than read.</summary>
    public static Markup Code(string? text) => Markup.Of($"""<code class="copy">{Plain(text ?? "")}</code>""");

    /// <summary>Lines that are copied to a terminal, with a button for it where scripts run.</summary>
    public static Markup Lines(string text) => Markup.Of($"""<pre class="lines" data-copy><code>{text}</code></pre>""");

    /// <summary>A text without characters that reorder others; halves of surrogate pairs are encoded by the encoder itself.</summary>
    public static string Plain(string text) =>
        text.Any(IsReordering) ? string.Concat(text.Select(c => IsReordering(c) ? Replacement : c)) : text;

    // Embeddings, overrides and isolates of direction (Unicode 16, section 23.2).
    private static bool IsReordering(char c) => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    private static string Cut(string text) =>
        char.IsHighSurrogate(text[LengthMax - 1]) ? text[..(LengthMax - 1)] : text[..LengthMax];
}
