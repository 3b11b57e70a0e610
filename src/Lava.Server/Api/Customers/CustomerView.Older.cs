using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Customers;

/// <content>What older SDKs read of a connection. One document serves all of them: none minds a field that it does not know.</content>
internal sealed partial record CustomerView
{
    public string ConnectionId => CustomerId;

    public ContactView Customer => Contact;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CustomerWalletView? Wallet { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? HasLavaCreditBalance { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PreviousUsageReset { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextUsageReset { get; init; }

    /// <summary>With what the live wallet and the running cycle say.</summary>
    public CustomerView With(Customer customer, Money posted, DateTimeOffset now)
    {
        var start = customer.CycleStart ?? BillingCycle.StartOf(now);
        return this with
        {
            Wallet = new CustomerWalletView(
                posted, Contact.Phone, Contact.Email, Contact.FirstName, Contact.LastName, customer.Overage is not null),
            HasLavaCreditBalance = posted > Money.Zero,
            PreviousUsageReset = AtMidnight(start),
            NextUsageReset = customer.CycleEnd ?? AtMidnight(start.AddMonths(1)),
        };
    }

    private static DateTimeOffset AtMidnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
