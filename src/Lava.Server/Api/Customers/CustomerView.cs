using System.Text.Json;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.Customers;

/// <summary>A customer as the API shows it; <c>connection_secret</c> is for the 2025 SDKs.</summary>
internal sealed partial record CustomerView(
    string CustomerId,
    string? ReferenceId,
    ContactView Contact,
    CustomerPlanView? Subscription,
    JsonElement? Metadata,
    DateTimeOffset CreatedAt,
    string ConnectionSecret,
    IReadOnlyList<LimitView> Limits)
{
    public static CustomerView From(CustomerRecord record, bool isTest, LegacySecret secrets) => new(
        Ids.Format(IdPrefix.Customer, isTest, record.Customer.Id),
        record.Customer.ReferenceId,
        ContactView.From(record.Name, record.Email, record.Phone),
        record.Plan is null ? null : CustomerPlanView.From(record.Plan, isTest),
        record.Metadata is null ? null : JsonDocument.Parse(record.Metadata).RootElement,
        record.CreatedAt,
        secrets.FormatCustomer(isTest, record.Customer.Id),
        LimitView.From(record.OwnLimits));
}
