namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>Forms as HTML: each field with its label, its hint and what is wrong with it.</summary>
internal static class FormMarkup
{
    /// <summary>A form.</summary>
    /// <param name="spec">The form.</param>
    /// <param name="token">What it must carry.</param>
    /// <param name="values">What stands in it.</param>
    /// <param name="answer">Why the API did not take it; null: it was not asked yet.</param>
    public static Markup Of(FormSpec spec, string token, PostedForm? values = null, ApiAnswer? answer = null)
    {
        var errors = answer?.FieldErrors ?? new Dictionary<string, string>();
        var filled = values ?? PostedForm.Empty;
        return Markup.Of($"""
            <form class="fields" method="post" action="{spec.Action}"{Preview(spec)}>
            {Problem(spec, answer, errors)}
            <input type="hidden" name="{PostedForm.TokenField}" value="{token}">
            {spec.Fields.Select(field => Field(field, filled, ErrorOf(field, errors)))}
            {spec.Aside}
            <p class="send"><button class="{(spec.IsDangerous ? "danger" : "primary")}">{spec.Button}</button></p>
            </form>
            """);
    }

    /// <summary>A button that does something without asking more.</summary>
    public static Markup Button(
        string action,
        string token,
        string text,
        bool isDangerous = false,
        params IEnumerable<(string Name, string Value)> values) => Markup.Of($"""
        <form class="inline" method="post" action="{action}">{Hidden(PostedForm.TokenField, token)}
        {values.Select(value => Hidden(value.Name, value.Value))}<button class="{(isDangerous ? "danger" : "plain")}">{text}</button></form>
        """);

    /// <summary>A form that filters the page that it is on.</summary>
    public static Markup Filter(string address, string button, IEnumerable<FormField> fields, PostedForm values) => Markup.Of($"""
        <form class="filter" method="get" action="{address}" role="search">
        {fields.Select(field => Field(field, values, null))}<p class="send"><button class="plain">{button}</button></p></form>
        """);

    private static Markup Preview(FormSpec spec) =>
        spec.Preview is { } address ? Markup.Of($""" data-preview="{address}" """) : Markup.Empty;

    // What has no field of this form stands above it.
    private static Markup Problem(FormSpec spec, ApiAnswer? answer, IReadOnlyDictionary<string, string> errors)
    {
        if (answer is null)
        {
            return Markup.Empty;
        }

        var others = errors.Where(error => !spec.Fields.Any(field => IsOf(field, error.Key))).ToList();
        var list = others.Count == 0
            ? Markup.Empty
            : Markup.Of($"<ul>{others.Select(error => Markup.Of($"<li>{error.Key}: {error.Value}</li>"))}</ul>");
        return Markup.Of($"""<div class="notice bad" role="alert"><p>{answer.Message}</p>{list}</div>""");
    }

    private static string? ErrorOf(FormField field, IReadOnlyDictionary<string, string> errors) =>
        errors.FirstOrDefault(error => IsOf(field, error.Key)).Value;

    // An error of a part of what the field holds is the field's.
    private static bool IsOf(FormField field, string path) =>
        field.Path == path
        || (field.Path.Length > 0 && path.StartsWith(field.Path, StringComparison.Ordinal) && path[field.Path.Length] is '.' or '[');

    private static Markup Field(FormField field, PostedForm values, string? error)
    {
        if (field.Kind == FieldKind.Hidden)
        {
            return Hidden(field.Name, values.Text(field.Name) ?? "");
        }

        var (name, traits) = (field.Name, Traits(field, error));
        var input = field.Kind switch
        {
            FieldKind.Choice => Choice(field, values, traits),
            FieldKind.Many => Many(field, values),
            FieldKind.Lines or FieldKind.Json => Markup.Of(
                $"""<textarea id="{name}" name="{name}" rows="4"{traits}>{values.Text(name)}</textarea>"""),
            FieldKind.Flag => Markup.Of(
                $"""<input id="{name}" name="{name}" type="checkbox" value="on"{Checked(values.Text(name) is not null)}{traits}>"""),
            _ => Markup.Of($"""<input id="{name}" name="{name}" {Type(field.Kind)} value="{Value(field, values)}"{traits}>"""),
        };
        var label = field.Kind == FieldKind.Many ? Markup.Empty : Markup.Of($"""<label for="{name}">{field.Label}</label>""");
        return Markup.Of($"""
            <div class="field{(field.Kind == FieldKind.Flag ? " flag" : "")}"{Place(field)}>
            {label}{input}{Below(name, "hint", field.Hint)}{Below(name, "error", error)}
            </div>
            """);
    }

    private static Markup Place(FormField field) => field.Abreast > 1 ? Markup.Of($""" data-abreast="{field.Abreast}" """) : Markup.Empty;

    private static Markup Choice(FormField field, PostedForm values, Markup traits)
    {
        var chosen = values.Text(field.Name) ?? "";
        var options = field.Options.Select(option => Option(option, option.Value == chosen));
        return Markup.Of($"""<select id="{field.Name}" name="{field.Name}"{traits}>{options}</select>""");
    }

    private static Markup Option((string Value, string Label) option, bool isChosen) => isChosen
        ? Markup.Of($"""<option value="{option.Value}" selected>{option.Label}</option>""")
        : Markup.Of($"""<option value="{option.Value}">{option.Label}</option>""");

    private static Markup Many(FormField field, PostedForm values)
    {
        var chosen = values.Many(field.Name);
        var boxes = field.Options.Select((option, i) => Box(field.Name, $"{field.Name}-{i}", option, chosen.Contains(option.Value)));
        return Markup.Of($"<fieldset><legend>{field.Label}</legend>{boxes}</fieldset>");
    }

    private static Markup Box(string name, string id, (string Value, string Label) option, bool isChosen) => Markup.Of($"""
        <div class="flag"><input id="{id}" name="{name}" type="checkbox" value="{option.Value}"{Checked(isChosen)}>
        <label for="{id}">{option.Label}</label></div>
        """);

    private static Markup Checked(bool isChecked) => isChecked ? Markup.Of($" checked") : Markup.Empty;

    private static Markup Type(FieldKind kind) => kind switch
    {
        FieldKind.Secret => Markup.Of($"""type="password" autocomplete="off" """),
        FieldKind.Number => Markup.Of($"""type="text" inputmode="numeric" """),
        FieldKind.Amount => Markup.Of($"""type="text" inputmode="decimal" placeholder="0.00" """),
        FieldKind.Day => Markup.Of($"""type="date" """),
        _ => Markup.Of($"""type="text" """),
    };

    private static string? Value(FormField field, PostedForm values) => field.Kind == FieldKind.Secret ? "" : values.Text(field.Name);

    private static Markup Traits(FormField field, string? error)
    {
        var described = $"{(field.Hint is null ? "" : $"{field.Name}-hint ")}{(error is null ? "" : $"{field.Name}-error")}".Trim();
        return Markup.Join(
        [
            field.IsRequired ? Markup.Of($" required") : Markup.Empty,
            field.IsFixed ? Markup.Of($" disabled") : Markup.Empty,
            error is null ? Markup.Empty : Markup.Of($""" aria-invalid="true" """),
            described.Length == 0 ? Markup.Empty : Markup.Of($""" aria-describedby="{described}" """),
        ]);
    }

    private static Markup Below(string name, string kind, string? text) => text is null
        ? Markup.Empty
        : Markup.Of($"""<p class="{kind}" id="{name}-{kind}">{text}</p>""");

    private static Markup Hidden(string name, string value) => Markup.Of($"""<input type="hidden" name="{name}" value="{value}">""");
}
