namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>A field of a form.</summary>
/// <param name="Name">Its name in the form; a secret's begins with <see cref="SecretPrefix"/>.</param>
/// <param name="Label">What people read.</param>
/// <param name="Kind">How it is filled in.</param>
internal sealed record FormField(string Name, string Label, FieldKind Kind = FieldKind.Text)
{
    /// <summary>Fields so named are never sent back to the browser, also where nothing is known of the form but what was sent.</summary>
    public const string SecretPrefix = "secret";

    /// <summary>Its name in the form.</summary>
    public string Name { get; init => field = Checked(value, Kind); } = Checked(Name, Kind);

    /// <summary>Where it stands in the API's document, parts joined by dots; the name where it is not given. "": nowhere.</summary>
    public string Path { get => field ?? Name; init; }

    /// <summary>A sentence below it; null: none.</summary>
    public string? Hint { get; init; }

    /// <summary>Must it be filled in?</summary>
    public bool IsRequired { get; init; }

    /// <summary>An empty field is sent as null, which clears what was there; else it is left out.</summary>
    public bool ClearsWhenEmpty { get; init; }

    /// <summary>It can't be changed any more.</summary>
    public bool IsFixed { get; init; }

    /// <summary>So many fields stand side by side where this one does: 1 to 3.</summary>
    public int Abreast { get; init; } = 1;

    /// <summary>What can be chosen, and what people read for it.</summary>
    public IReadOnlyList<(string Value, string Label)> Options { get; init; } = [];

    private static string Checked(string name, FieldKind kind) =>
        kind != FieldKind.Secret || name.StartsWith(SecretPrefix, StringComparison.Ordinal)
            ? name
            : throw new ArgumentException($"A secret's field is named {SecretPrefix}…", nameof(name));
}
