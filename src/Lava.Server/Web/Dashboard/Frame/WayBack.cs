namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>The page that a form was opened from, and leads back to.</summary>
internal static class WayBack
{
    /// <summary>Parameter of the form's address.</summary>
    public const string Parameter = "back";

    /// <summary>The overview; every other value is none.</summary>
    public const string Overview = "overview";

    /// <summary>Where it leads; null: nowhere but to the form's own place.</summary>
    public static (string Address, string Text)? Of(PageCall call) =>
        call.Query(Parameter) == Overview ? (call.Link(PageArea.Overview.Path), PageArea.Overview.Name) : null;
}
