namespace Lava.Server.Api.UsageReports;

/// <summary>The answer to <c>GET /v1/usage</c>: hours or days with requests in them, oldest first.</summary>
internal sealed record UsageReport(IReadOnlyList<UsageItem> Items, UsageTotals Totals);
