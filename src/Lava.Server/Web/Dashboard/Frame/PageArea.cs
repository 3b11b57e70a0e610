namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>An area of the dashboard: an entry of its menu.</summary>
/// <param name="Name">What people read.</param>
/// <param name="Path">Its first page's path, below the mode; it begins with a slash.</param>
/// <param name="Key">What is pressed after "g" to go there.</param>
internal sealed record PageArea(string Name, string Path, char Key)
{
    public static readonly PageArea Overview = new("Overview", "/overview", 'o');
    public static readonly PageArea Requests = new("Requests", "/requests", 'r');
    public static readonly PageArea Customers = new("Customers", "/customers", 'c');
    public static readonly PageArea Pricing = new("Pricing", "/pricing", 'p');
    public static readonly PageArea Keys = new("Keys", "/keys", 'k');
    public static readonly PageArea Webhooks = new("Webhooks", "/webhooks", 'w');
    public static readonly PageArea Settings = new("Settings", "/settings", 's');
    public static readonly PageArea Operations = new("Operations", "/operations", 'h');

    /// <summary>The menu of a merchant's data, in its order; operations stand beside it, for the operator alone.</summary>
    public static readonly IReadOnlyList<PageArea> OfMerchant = [Overview, Requests, Customers, Pricing, Keys, Webhooks, Settings];
}
