namespace Lava.Server.Api.OpenApi;

/// <summary>All that the API can do, as the document shows it. A test holds this table and the mapped routes together.</summary>
internal static class ApiOperations
{
    public static readonly ApiOperation[] All =
        [.. CustomerOperations.All, .. PriceOperations.All, .. UsageOperations.All, .. KeyOperations.All];
}
