using System.Text.Json.Nodes;
using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What webhooks are told of payments.</summary>
internal static class PaymentEvents
{
    /// <summary>Tells of a payment's end, or of a decline: of those for credit and overage; renewals have their own events.</summary>
    public static Task TellAsync(NpgsqlConnection connection, Payment payment, bool isTest, CancellationToken cancellationToken) =>
        Of(payment, isTest) is var (kind, facts)
            ? WebhookEvents.AddAsync(connection, payment.Terms.WalletId, kind, facts, cancellationToken)
            : Task.CompletedTask;

    /// <summary>What there is to tell of a payment as it now is; null: nothing.</summary>
    public static (WebhookEventKind Kind, string Facts)? Of(Payment payment, bool isTest)
    {
        if (payment.Terms.Kind is not (PaymentKind.Overage or PaymentKind.Bundle or PaymentKind.TopUp))
        {
            return null;
        }

        var facts = new JsonObject
        {
            ["payment_id"] = Ids.Format(IdPrefix.Payment, isTest, payment.Id),
            ["amount"] = payment.Amount.ToString(),
        };
        if (payment.Status == PaymentStatus.Succeeded)
        {
            facts["credit_amount"] = (payment.Terms.Credit + payment.Terms.Overage).ToString();
        }
        else
        {
            facts["decline_code"] = payment.DeclineCode;
            facts["next_attempt_at"] = payment.NextAttemptAt?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null);
        }

        var kind = payment.Status == PaymentStatus.Succeeded ? WebhookEventKind.TopUpSucceeded : WebhookEventKind.TopUpFailed;
        return (kind, facts.ToJsonString());
    }

    /// <summary>Tells that money went back.</summary>
    public static Task TellOfRefundAsync(NpgsqlConnection connection, Refund refund, CancellationToken cancellationToken) =>
        WebhookEvents.AddAsync(connection, refund.WalletId, WebhookEventKind.PaymentRefunded, FactsOf(refund), cancellationToken);

    /// <summary>What there is to tell of money that went back.</summary>
    public static string FactsOf(Refund refund) => new JsonObject
    {
        ["payment_id"] = Ids.Format(IdPrefix.Payment, refund.IsTest, refund.PaymentId),
        ["refund_id"] = Ids.Format(IdPrefix.Refund, refund.IsTest, refund.Id),
        ["amount"] = refund.Amount.ToString(),
        ["credit_taken"] = refund.Credit.ToString(),
    }.ToJsonString();

    /// <summary>Tells that money which was told to be back did not get there.</summary>
    public static Task TellOfFailedRefundAsync(NpgsqlConnection connection, Refund refund, CancellationToken cancellationToken) =>
        WebhookEvents.AddAsync(
            connection,
            refund.WalletId,
            WebhookEventKind.PaymentRefundFailed,
            new JsonObject
            {
                ["payment_id"] = Ids.Format(IdPrefix.Payment, refund.IsTest, refund.PaymentId),
                ["refund_id"] = Ids.Format(IdPrefix.Refund, refund.IsTest, refund.Id),
                ["amount"] = refund.Amount.ToString(),
                ["failure_code"] = refund.FailureCode,
            }.ToJsonString(),
            cancellationToken);

    /// <summary>Tells that a bank took money back.</summary>
    public static Task TellOfDisputeAsync(
        NpgsqlConnection connection, Payment payment, bool isTest, Money amount, CancellationToken cancellationToken) =>
        WebhookEvents.AddAsync(
            connection,
            payment.Terms.WalletId,
            WebhookEventKind.PaymentDisputed,
            FactsOfDispute(payment.Id, isTest, amount),
            cancellationToken);

    /// <summary>What there is to tell of money that a bank took back.</summary>
    public static string FactsOfDispute(Guid paymentId, bool isTest, Money amount) => new JsonObject
    {
        ["payment_id"] = Ids.Format(IdPrefix.Payment, isTest, paymentId),
        ["amount"] = amount.ToString(),
    }.ToJsonString();
}
