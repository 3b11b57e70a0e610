using Lava.Server.Api.Credits;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Subscriptions;

namespace Lava.Server.Api.OpenApi;

/// <summary>Customers, their credit and their subscriptions.</summary>
internal static class CustomerOperations
{
    private static readonly ApiField[] CustomerFields =
    [
        ApiField.Text("reference_id"), ApiField.Text("name"), ApiField.Text("email"), ApiField.Text("phone"),
        new("metadata", ApiFieldType.Metadata),
    ];

    public static readonly ApiOperation[] All =
    [
        new("GET", "/v1/customers", "listCustomers", "Lists customers, newest first", typeof(Page<CustomerView>))
        {
            Query = ApiField.List(),
        },
        new("POST", "/v1/customers", "createCustomer", "Makes a customer, or gives the one that has the reference id", typeof(CustomerView))
        {
            Body = CustomerFields, Status = StatusCodes.Status201Created,
        },
        new("GET", "/v1/customers/{id}", "getCustomer", "A customer, by id or reference id", typeof(CustomerView)),
        new("PATCH", "/v1/customers/{id}", "updateCustomer", "Changes a customer; null clears a field", typeof(CustomerView))
        {
            Body = CustomerFields,
        },
        new("DELETE", "/v1/customers/{id}", "deleteCustomer", "Deletes a customer; its requests and ledger stay", typeof(SuccessView)),
        new("GET", "/v1/customers/{id}/subscription", "getCustomerSubscription", "A customer's subscription", typeof(SubscriptionEnvelope)),
        new("GET", "/v1/customers/{id}/credits", "listGrants", "Lists what a customer was granted", typeof(Page<GrantView>))
        {
            Query = ApiField.List(),
        },
        new("POST", "/v1/customers/{id}/credits", "grantCredit", "Gives credit, once for each idempotency key", typeof(GrantView))
        {
            Body =
            [
                ApiField.Amount("amount", isRequired: true), ApiField.Text("reason"), new("expires_at", ApiFieldType.Time),
                ApiField.Text("idempotency_key"),
            ],
        },
        new("GET", "/v1/customers/{id}/adjustments", "listAdjustments", "Lists what was mended by hand", typeof(Page<AdjustmentView>))
        {
            Query = ApiField.List(),
        },
        new("POST", "/v1/customers/{id}/adjustments", "adjustCredit", "Books a refund, a correction or a debt", typeof(AdjustmentView))
        {
            Body =
            [
                ApiField.Choice("kind", AdjustmentView.Kinds, isRequired: true), ApiField.Amount("amount", isRequired: true),
                ApiField.Required("reason"), ApiField.Text("grant_id"), ApiField.Text("request_id"),
                new("remaining_only", ApiFieldType.Flag), ApiField.Text("idempotency_key"),
            ],
        },
        new("GET", "/v1/customers/{id}/balance", "getBalance", "A customer's balance at this moment", typeof(BalanceView)),
        new("GET", "/v1/customers/{id}/ledger", "listLedger", "Lists every change of a customer's balance", typeof(Page<LedgerEntryView>))
        {
            Query = ApiField.List(),
        },
        new("GET", "/v1/subscriptions", "listSubscriptions", "Lists subscriptions", typeof(Page<SubscriptionView>))
        {
            Query = ApiField.List(
                new ApiField("status", ApiFieldType.Text, false, ["active", "cancelled", "all"]), ApiField.Text("customer_id")),
        },
        new("POST", "/v1/subscriptions", "createSubscription", "Puts a customer on a plan", typeof(SubscriptionEnvelope))
        {
            Body = [ApiField.Required("customer_id"), ApiField.Required("plan_id")],
        },
        new("DELETE", "/v1/subscriptions/{id}", "cancelSubscription", "Cancels a subscription", typeof(SuccessView)),
    ];
}
