using Lava.Server.Api.Requests;
using Lava.Server.Api.Statistics;

namespace Lava.Server.Api.OpenApi;

/// <summary>Requests, reports of usage, sums over them.</summary>
internal static class UsageOperations
{
    /// <summary>How much of what was used.</summary>
    public static readonly ApiField[] Counts =
    [
        new("input_tokens", ApiFieldType.Count), new("output_tokens", ApiFieldType.Count), new("input_characters", ApiFieldType.Count),
        new("output_characters", ApiFieldType.Count), new("input_seconds", ApiFieldType.Seconds),
        new("output_seconds", ApiFieldType.Seconds),
    ];

    private static readonly ApiField[] Filters =
    [
        ApiField.Text("customer_id"), ApiField.Text("meter_id"), ApiField.Text("metadata_filters"), ApiField.Text("provider"),
        ApiField.Text("model"), ApiField.Choice("status", RequestNames.Statuses),
    ];

    public static readonly ApiOperation[] All =
    [
        new("GET", "/v1/requests", "listRequests", "Lists requests, newest first", typeof(Page<RequestView>))
        {
            Query = ApiField.List([.. Filters, new("start", ApiFieldType.Time), new("end", ApiFieldType.Time)]),
        },
        new("POST", "/v1/requests", "reportUsage", "Charges usage from elsewhere, once for each request id", typeof(RequestView))
        {
            Body =
            [
                ApiField.Required("request_id"), ApiField.Text("customer_id"), ApiField.Text("meter_slug"), ApiField.Text("meter_id"),
                new("metadata", ApiFieldType.Metadata), .. Counts,
            ],
        },
        new("GET", "/v1/requests/{id}", "getRequest", "A request", typeof(RequestView)),
        new("GET", "/v1/usage", "getUsage", "Sums of requests by day or hour", typeof(UsageView))
        {
            Query =
            [
                new("start", ApiFieldType.Time, IsRequired: true), new("end", ApiFieldType.Time), .. Filters, ApiField.Text("group_by"),
                ApiField.Text("interval"),
            ],
        },
    ];
}
