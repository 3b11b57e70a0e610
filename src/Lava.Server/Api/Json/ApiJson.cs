using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lava.Server.Api.Accounts;
using Lava.Server.Api.Auth;
using Lava.Server.Api.CheckoutSessions;
using Lava.Server.Api.Credits;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Estimates;
using Lava.Server.Api.Limits;
using Lava.Server.Api.Meters;
using Lava.Server.Api.Payments;
using Lava.Server.Api.Plans;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.Requests;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Api.Services;
using Lava.Server.Api.Settings;
using Lava.Server.Api.SpendKeys;
using Lava.Server.Api.Statistics;
using Lava.Server.Api.Subscriptions;
using Lava.Server.Api.TestClocks;
using Lava.Server.Api.Webhooks;

namespace Lava.Server.Api.Json;

/// <summary>How answers are written. Every type of an answer stands here; its serialiser is made at build time.</summary>
[JsonSerializable(typeof(ErrorEnvelope))]
[JsonSerializable(typeof(DeletedView))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(Page<CustomerView>))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(Page<PlanView>))]
[JsonSerializable(typeof(CreditBundleView))]
[JsonSerializable(typeof(Page<CreditBundleView>))]
[JsonSerializable(typeof(SubscriptionEnvelope))]
[JsonSerializable(typeof(Page<SubscriptionView>))]
[JsonSerializable(typeof(PlanChangeView))]
[JsonSerializable(typeof(Page<CycleView>))]
[JsonSerializable(typeof(TestClockView))]
[JsonSerializable(typeof(TestClockAdvanceView))]
[JsonSerializable(typeof(SuccessView))]
[JsonSerializable(typeof(MeterView))]
[JsonSerializable(typeof(Page<MeterView>))]
[JsonSerializable(typeof(SecretKeyView))]
[JsonSerializable(typeof(Page<SecretKeyView>))]
[JsonSerializable(typeof(WalletKeyView))]
[JsonSerializable(typeof(Page<WalletKeyView>))]
[JsonSerializable(typeof(SpendKeyView))]
[JsonSerializable(typeof(Page<SpendKeyView>))]
[JsonSerializable(typeof(ProviderKeyView))]
[JsonSerializable(typeof(Page<ProviderKeyView>))]
[JsonSerializable(typeof(SettingsView))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(CeilingView))]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(Page<RequestView>))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(GrantView))]
[JsonSerializable(typeof(Page<GrantView>))]
[JsonSerializable(typeof(AdjustmentView))]
[JsonSerializable(typeof(Page<AdjustmentView>))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(Page<PaymentView>))]
[JsonSerializable(typeof(RefundView))]
[JsonSerializable(typeof(Page<RefundView>))]
[JsonSerializable(typeof(PaymentMethodView))]
[JsonSerializable(typeof(Page<PaymentMethodView>))]
[JsonSerializable(typeof(DeclineEnvelope))]
[JsonSerializable(typeof(BalanceView))]
[JsonSerializable(typeof(Page<LedgerEntryView>))]
[JsonSerializable(typeof(EstimateView))]
[JsonSerializable(typeof(LimitView))]
[JsonSerializable(typeof(Page<LimitUsageView>))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(Page<DeliveryView>))]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(CredentialsView))]
[JsonSerializable(typeof(CheckoutTokenView))]
[JsonSerializable(typeof(CheckoutSessionView))]
[JsonSerializable(typeof(Page<CheckoutSessionView>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The API's shape.</summary>
    public static readonly ApiJson Shape = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,

        // Answers are JSON documents, never parts of a page: "+" and "é" need no escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new MoneyJsonConverter(), new TimeJsonConverter(), new RequestJsonConverter(), new LimitAmountJsonConverter() },
    });

    /// <summary>Names as they are.</summary>
    public static ApiJson Plain => Default;
}
