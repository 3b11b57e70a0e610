using System.Text.Json.Serialization;
using Lava.Postgres;
using Lava.Server.Api.Customers;

namespace Lava.Server.Api.Subscriptions;

/// <summary>A customer as a list of subscriptions shows it: of the contact what is known.</summary>
internal sealed record SubscriberView(
    string Phone,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Email,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FirstName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? LastName)
{
    public static SubscriberView From(SubscriptionRecord record)
    {
        var contact = ContactView.From(record.Name, record.Email, record.Phone);
        return new SubscriberView(contact.Phone, Known(contact.Email), Known(contact.FirstName), Known(contact.LastName));
    }

    private static string? Known(string text) => text.Length == 0 ? null : text;
}
