namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>The parameters of a list's address that say which requests it shows.</summary>
internal static class RequestParameters
{
    public const string Status = "status";
    public const string Provider = "provider";
    public const string Model = "model";
    public const string Customer = "customer";
    public const string Meter = "meter";

    /// <summary>Pairs of metadata: "feature:chat;user:7".</summary>
    public const string Metadata = "meta";

    /// <summary>A day of the viewer's, or a moment.</summary>
    public const string From = "from";

    /// <summary>A day of the viewer's, which is whole within it, or a moment.</summary>
    public const string To = "to";

    public const string Certainty = "certainty";
    public const string SpendKey = "key";

    /// <summary>Where the page begins: behind this request. No filter.</summary>
    public const string After = "after";
}
