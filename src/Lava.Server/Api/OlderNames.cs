namespace Lava.Server.Api;

/// <summary>
/// What older SDKs call the fields and parameters of today, in bodies and in query strings: connections, products and subscription
/// configs became customers, meters and plans, and kept their ids. Where both names stand, today's counts.
/// </summary>
internal static class OlderNames
{
    private static readonly Dictionary<string, string> Table = new(StringComparer.Ordinal)
    {
        ["customer_id"] = "connection_id",
        ["meter_id"] = "product_id",
        ["meter_ids"] = "product_ids",
        ["plan_id"] = "subscription_config_id",
    };

    /// <summary>The older name; null where there never was another one.</summary>
    public static string? Of(string name) => Table.GetValueOrDefault(name);
}
