using Lava.Server.Api.CheckoutSessions;
using Lava.Server.Api.Credits;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Limits;
using Lava.Server.Api.Payments;
using Lava.Server.Api.Subscriptions;
using Lava.Server.Api.TestClocks;

namespace Lava.Server.Api.OpenApi;

/// <summary>Customers, their credit and their subscriptions.</summary>
internal static class CustomerOperations
{
    private static readonly ApiField[] CustomerFields =
    [
        ApiField.Text("reference_id"), ApiField.Text("name"), ApiField.Text("email"), ApiField.Text("phone"),
        new("metadata", ApiFieldType.Metadata), PriceOperations.Limits,
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
        new("PATCH", "/v1/subscriptions/{id}", "updateSubscription", "Chooses the bundle that is bought by itself", typeof(SuccessView))
        {
            Body = [ApiField.Text("auto_top_up_bundle_id")],
        },
        new("DELETE", "/v1/subscriptions/{id}", "cancelSubscription", "Ends it with its cycle; at once without one", typeof(SuccessView)),
        new("POST", "/v1/subscriptions/{id}/change", "changeSubscription", "Another plan: what it costs, and when", typeof(PlanChangeView))
        {
            Body = [ApiField.Required("plan_id"), new("preview", ApiFieldType.Flag)],
        },
        new("GET", "/v1/subscriptions/{id}/cycles", "listCycles", "Lists a subscription's cycles", typeof(Page<CycleView>))
        {
            Query = ApiField.List(),
        },
        new("GET", "/v1/customers/{id}/limits", "listLimits", "A customer's hard limits and what is used", typeof(Page<LimitUsageView>)),
        new("GET", "/v1/customers/{id}/payment_methods", "listPaymentMethods", "Lists cards on file", typeof(Page<PaymentMethodView>))
        {
            Query = ApiField.List(),
        },
        new("POST", "/v1/customers/{id}/payment_methods", "addPaymentMethod", "Puts a card on file", typeof(PaymentMethodView))
        {
            Body = [ApiField.Required("token"), new("is_default", ApiFieldType.Flag)], Status = StatusCodes.Status201Created,
        },
        new("PATCH", "/v1/customers/{id}/payment_methods/{method}", "updatePaymentMethod", "Makes a card the one that is charged",
            typeof(PaymentMethodView))
        {
            Body = [new("is_default", ApiFieldType.Flag)],
        },
        new("DELETE", "/v1/customers/{id}/payment_methods/{method}", "removePaymentMethod", "Forgets a card", typeof(DeletedView)),
        new("GET", "/v1/customers/{id}/payments", "listPayments", "Lists payments", typeof(Page<PaymentView>)) { Query = ApiField.List() },
        new("POST", "/v1/customers/{id}/bundles", "buyBundle", "Buys a bundle with the card on file", typeof(PaymentView))
        {
            Body = [ApiField.Required("credit_bundle_id"), ApiField.Required("idempotency_key")],
        },
        new("GET", "/v1/payments/{id}", "getPayment", "A payment", typeof(PaymentView)),
        new("POST", "/v1/payments/{id}/retry", "retryPayment", "Tries a declined payment again", typeof(PaymentView)),
        new("POST", "/v1/payments/{id}/review", "reviewPayment", "Books what a payment in review took, or returns it", typeof(PaymentView))
        {
            Body = [ApiField.Choice("decision", PaymentEndpoints.Decisions, isRequired: true)],
        },
        new("GET", "/v1/payments/{id}/refunds", "listRefunds", "Lists what was given back of a payment", typeof(Page<RefundView>))
        {
            Query = ApiField.List(),
        },
        new("POST", "/v1/payments/{id}/refunds", "createRefund", "Gives money back, and takes its credit", typeof(RefundView))
        {
            Body =
            [
                ApiField.Amount("amount"), ApiField.Text("reason"), new("take_credit", ApiFieldType.Flag), ApiField.Text("idempotency_key"),
            ],
        },
        new("GET", "/v1/refunds/{id}", "getRefund", "A refund", typeof(RefundView)),
        new("GET", "/v1/checkout_sessions", "listCheckoutSessions", "Lists checkout sessions", typeof(Page<CheckoutSessionView>))
        {
            Query = ApiField.List(ApiField.Text("reference_id")),
        },
        new("POST", "/v1/checkout_sessions", "createCheckoutSession", "Makes an offer for a hosted page", typeof(CheckoutSessionView))
        {
            Body =
            [
                ApiField.Choice("checkout_mode", CheckoutNames.Modes, isRequired: true), ApiField.Required("origin_url"),
                ApiField.Text("customer_id"), ApiField.Text("plan_id"), ApiField.Text("credit_bundle_id"), ApiField.Text("reference_id"),
                new("expires_in", ApiFieldType.Count),
            ],
            Status = StatusCodes.Status201Created,
        },
        new("GET", "/v1/checkout_sessions/{id}", "getCheckoutSession", "A checkout session", typeof(CheckoutSessionView)),
        new("GET", "/v1/test_clock", "getTestClock", "The merchant's test time", typeof(TestClockView)),
        new("POST", "/v1/test_clock/advance", "advanceTestClock", "Lets test time pass", typeof(TestClockAdvanceView))
        {
            Body = [new("to", ApiFieldType.Time, true)],
        },
    ];
}
