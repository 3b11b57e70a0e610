using System.Text;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Requests;

/// <summary>Reads the conditions that lists of requests and usage reports share.</summary>
internal static class RequestFilterReader
{
    /// <summary>
    /// The filter, and whether it can match at all: a name that this merchant does not know matches nothing, as an id of another
    /// merchant does. Ids of customers and meters that were deleted still find their requests.
    /// </summary>
    public static (RequestFilter Filter, bool CanMatch) Read(ApiCall call, ManagementDependencies dependencies)
    {
        var canMatch = true;
        var customer = ReadId(call, "customer_id", IdPrefix.Customer, text => call.TryFindCustomer(text)?.Id, ref canMatch);
        var meter = ReadId(call, "meter_id", IdPrefix.Meter, text => FindMeter(call, dependencies, text), ref canMatch);
        var filter = new RequestFilter
        {
            MerchantId = call.Merchant.Id,
            CustomerId = customer,
            MeterId = meter,
            Metadata = MetadataFilter.Read(call.Query, "metadata_filters"),
            Status = call.Query.Choice("status", RequestNames.Statuses),
            Provider = call.Query.Text("provider"),
            Model = call.Query.Text("model"),
            From = call.Query.Time("start"),
            Until = call.Query.TimeAfter("end"),
        };
        return (filter, canMatch);
    }

    private static Guid? ReadId(ApiCall call, string name, string prefix, Func<string, Guid?> find, ref bool canMatch)
    {
        if (call.Query.Text(name) is not { } text)
        {
            return null;
        }

        var id = find(text) ?? (Ids.TryParse(prefix, text, out var parsed) ? parsed : null);
        canMatch &= id is not null;
        return id;
    }

    private static Guid? FindMeter(ApiCall call, ManagementDependencies dependencies, string slugOrId) =>
        dependencies.Pricing.Current.TryFindMeter(call.Merchant.Id, Encoding.UTF8.GetBytes(slugOrId), out var meter) ? meter.Id : null;
}
