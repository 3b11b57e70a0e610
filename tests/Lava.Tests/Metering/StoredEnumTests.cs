using Lava.Billing.Checkout;
using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Billing.Webhooks;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Wallets.Journal;

namespace Lava.Tests.Metering;

/// <summary>Numbers that stand in journals and databases: a change here breaks what is stored.</summary>
public sealed class StoredEnumTests
{
    [Theory]
    [InlineData(typeof(RequestStatus), "Pending=0 Completed=1 Error=2")]
    [InlineData(typeof(UsageCertainty), "Unknown=0 Partial=1 Exact=2")]
    [InlineData(typeof(RateType), "Fixed=0 Percentage=1")]
    [InlineData(typeof(TierType), "Tokens1M=0 Characters1M=1 Minutes=2 Requests=3")]
    [InlineData(typeof(TokenBasis), "InputAndOutput=0 Output=1")]
    [InlineData(typeof(BaseCostPayer), "Merchant=0 Wallet=1")]
    [InlineData(typeof(ProviderKeyType), "Managed=0 Unmanaged=1 Stored=2")]
    [InlineData(typeof(JournalRecordType), "Reserve=1 Settle=2 Void=3 Progress=4")]
    [InlineData(typeof(CreditOrigin), "Grant=0 Purchase=1 CycleCredit=2 Correction=3 Overage=4")]
    [InlineData(typeof(AdjustmentKind), "Refund=0 Correction=1 Debt=2")]
    [InlineData(
        typeof(EntryKind), "Grant=0 Charge=1 ProviderCost=2 Expiry=3 Purchase=4 CycleCredit=5 Refund=6 Correction=7 Debt=8 Overage=9")]
    [InlineData(
        typeof(WalletKind),
        "Customer=0 Merchant=1 Revenue=2 ProviderCost=3 GrantedCredit=4 Payments=5 CycleCredit=6 ExpiredCredit=7 Refunds=8 "
        + "Corrections=9 WrittenOffDebt=10")]
    [InlineData(
        typeof(RecordFlags),
        "None=0 Billed=1 Reported=2 Streamed=4 Customer=8 Meter=16 Model=32 ResponseId=64 "
        + "ErrorCode=128 Metadata=256 Fingerprint=512 ProviderCost=1024 ServiceTier=2048 Regional=4096 UsageReason=8192 ByModel=16384 "
        + "Job=32768 SpendKey=65536 All=131071")]
    [InlineData(typeof(JobState), "None=0 Running=1 Succeeded=2 Failed=3 Asked=4")]
    [InlineData(typeof(ServiceTier), "Standard=0 Priority=1 Flex=2 Batch=3 Fast=4")]
    [InlineData(typeof(UsageReason), "None=0 Missing=1 Cut=2 Malformed=3 Absurd=4 Unreadable=5")]
    [InlineData(typeof(BillingInterval), "Day=0 Week=1 Month=2 Year=3")]
    [InlineData(typeof(Rollover), "None=0 Full=1")]
    [InlineData(typeof(OverageMode), "Block=0 AutoCharge=1 AutoTopUp=2")]
    [InlineData(typeof(LimitUnit), "Tokens=0 Requests=1 Spend=2")]
    [InlineData(typeof(LimitCycle), "Daily=0 Weekly=1 Monthly=2 Cycle=3 Total=4")]
    [InlineData(typeof(RequestShape), "OpenAi=0 Anthropic=1")]
    [InlineData(typeof(PendingChangeKind), "Cancellation=0 Downgrade=1")]
    [InlineData(typeof(PaymentKind), "Subscription=0 Renewal=1 Upgrade=2 Overage=3 Bundle=4 TopUp=5")]
    [InlineData(typeof(PaymentStatus), "Waiting=0 Attempting=1 Succeeded=2 Failed=3 Superseded=4 Review=5")]
    [InlineData(typeof(ChargeOutcome), "Succeeded=0 Declined=1 HardDeclined=2 ActionRequired=3 Unknown=4 NotTaken=5")]
    [InlineData(typeof(PaymentProviderKind), "Sandbox=0 Stripe=1")]
    [InlineData(
        typeof(WebhookEventKind),
        "CustomerCreated=0 BalanceUpdated=1 CustomerDeleted=2 BalanceLow=3 BalanceEmpty=4 TopUpSucceeded=5 TopUpFailed=6 "
        + "SubscriptionRenewed=7 SubscriptionCancelled=8 LimitReached=9 PaymentRefunded=10 PaymentDisputed=11 "
        + "PaymentRefundFailed=12")]
    [InlineData(typeof(DeliveryState), "Waiting=0 Delivered=1 GivenUp=2 Cancelled=3")]
    [InlineData(typeof(BalanceLevel), "Fine=0 Low=1 Empty=2")]
    [InlineData(typeof(PaymentAction), "Wanted=0 Done=1 Refused=2")]
    [InlineData(typeof(RefundOrigin), "Merchant=0 Provider=1 LateCapture=2")]
    [InlineData(typeof(ReviewDecision), "Credit=0 Refund=1")]
    [InlineData(typeof(RefundStatus), "Waiting=0 Asked=1 Succeeded=2 Failed=3")]
    [InlineData(typeof(DisputeStatus), "Inquiry=0 Open=1 Won=2 Lost=3")]
    [InlineData(typeof(CheckoutPurchase), "NewPlan=0 Upgrade=1 AtCycleEnd=2 Bundle=3 TopUp=4 Nothing=5 Due=6")]
    [InlineData(typeof(CheckoutMode), "Subscription=0 CreditBundle=1 Onboarding=2 TopUp=3")]
    public void Values_Stored_NeverChange(Type type, string frozen) =>
        Assert.Equal(frozen, string.Join(' ', Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt64(Enum.Parse(type, name))}")));
}
