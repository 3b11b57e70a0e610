namespace Lava.Server.Api.Statistics;

/// <summary>The answer to <c>GET /v1/usage</c>: hours or days with requests in them, oldest first.</summary>
internal sealed record UsageView(IReadOnlyList<UsageItem> Items, UsageTotals Totals);
