namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>A form.</summary>
/// <param name="Action">The address that it is sent to.</param>
/// <param name="Button">What its button reads.</param>
/// <param name="Fields">Its fields, in their order.</param>
internal sealed record FormSpec(string Action, string Button, IReadOnlyList<FormField> Fields)
{
    /// <summary>Does the button end something?</summary>
    public bool IsDangerous { get; init; }

    /// <summary>What stands between the fields and the button: a preview.</summary>
    public Markup Aside { get; init; }

    /// <summary>An address that a script asks for a preview of what is filled in; null: there is none.</summary>
    public string? Preview { get; init; }
}
