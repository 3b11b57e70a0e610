using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>What a merchant calls the customers and meters of its requests, out of memory.</summary>
internal static class RequestNamesOf
{
    /// <summary>The merchant's own name of a customer; null: it has none, or the customer is gone.</summary>
    public static string? Customer(PageCall call, Guid id) =>
        call.Parts.Accounts.Current.Customers.TryGetValue(id, out var customer) && customer.MerchantId == call.Merchant.Id
            ? customer.ReferenceId
            : null;

    /// <summary>A meter's slug; null: the meter is gone.</summary>
    public static string? Meter(PageCall call, Guid id) =>
        call.Parts.Management.Pricing.Current.Meters.TryGetValue(id, out var meter) && meter.MerchantId == call.Merchant.Id
            ? meter.Slug
            : null;
}
