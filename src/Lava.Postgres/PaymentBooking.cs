using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What a payment's success puts into the ledger. Cash is not in it: what was paid stands in the payments.</summary>
internal static class PaymentBooking
{
    /// <summary>
    /// Behind the payment's id in the reference of the grant that pays its overage: one payment may give two grants, each of them once.
    /// </summary>
    public const string OverageSuffix = ":overage";

    /// <summary>The kinds of entry that a payment books.</summary>
    public static EntryKind[] Kinds(NewPayment terms) => [EntryKind.Overage, IsForPlan(terms) ? EntryKind.CycleCredit : EntryKind.Purchase];

    /// <summary>Is it for a plan, not for credit beside one?</summary>
    public static bool IsForPlan(NewPayment terms) => terms.Kind is PaymentKind.Subscription or PaymentKind.Renewal or PaymentKind.Upgrade;

    /// <summary>Pays the debt: a grant that the debt consumes at once. What it exceeds the debt by is credit.</summary>
    public static async Task BookOverageAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, Guid grantId, Money posted, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var terms = attempt.Payment.Terms;
        var grant = Grant(attempt, terms.Overage, CreditOrigin.Overage, OverageSuffix, grantId);
        await BookAsync(connection, grant, EntryKind.Overage, posted, at, cancellationToken);
        if (terms.Kind == PaymentKind.Renewal)
        {
            // What a renewal pays was used in the cycle that has ended; where it is paid late, the next one runs already.
            return;
        }

        await using var command = new NpgsqlCommand(
            "update subscriptions set overage_charged = overage_charged + @amount where customer_id = @customer and cancelled_at is null",
            connection)
            .Add("customer", terms.CustomerId).Add("amount", terms.Overage.Units);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Books credit that was paid for where no cycle does, into the place in the order of burning that its kind has.</summary>
    public static async Task BookCreditAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, Guid grantId, Money posted, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var terms = attempt.Payment.Terms;
        var (origin, entry) = IsForPlan(terms)
            ? (CreditOrigin.CycleCredit, EntryKind.CycleCredit)
            : (CreditOrigin.Purchase, EntryKind.Purchase);
        var grant = Grant(attempt, terms.Credit, origin, "", grantId);
        await BookAsync(connection, grant, entry, posted, at, cancellationToken);
        await using var command = new NpgsqlCommand(
            "update grants set subscription_id = @subscription, credit_bundle_id = @bundle where grant_id = @grant", connection)
            .AddId("subscription", terms.SubscriptionId).AddId("bundle", terms.CreditBundleId).Add("grant", grant.Id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What a payment has given, of whatever part.</summary>
    public static async Task<Money> FindGivenAsync(NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(sum(g.amount), 0)::bigint from grants g join merchants m using (merchant_id)
            where g.merchant_id = @merchant and g.customer_id = @customer and g.external_reference = any (
              case when m.is_test then @test else @live end)
            """,
            connection)
            .Add("merchant", payment.Terms.MerchantId).Add("customer", payment.Terms.CustomerId)
            .Add("test", References(payment.Id, isTest: true)).Add("live", References(payment.Id, isTest: false));
        return await command.ReadFirstAsync(row => new Money(row.GetInt64(0)), cancellationToken);
    }

    /// <summary>What grants name that a payment gave.</summary>
    public static string[] References(Guid paymentId, bool isTest)
    {
        var reference = Ids.Format(IdPrefix.Payment, isTest, paymentId);
        return [reference, reference + OverageSuffix];
    }

    private static async Task BookAsync(
        NpgsqlConnection connection, NewGrant grant, EntryKind entry, Money posted, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await GrantStore.InsertAsync(connection, grant, posted, at, cancellationToken) is null)
        {
            throw new InvalidOperationException($"{grant.ExternalReference} has given its credit already.");
        }

        await GrantLedger.BookAsync(connection, entry, grant.Id, grant.WalletId, grant.Amount, at, cancellationToken);
    }

    private static NewGrant Grant(PaymentAttempt attempt, Money amount, CreditOrigin origin, string suffix, Guid id) => new()
    {
        Id = id,
        MerchantId = attempt.Payment.Terms.MerchantId,
        CustomerId = attempt.Payment.Terms.CustomerId,
        WalletId = attempt.Payment.Terms.WalletId,
        Amount = amount,
        Origin = origin,
        ExternalReference = Ids.Format(IdPrefix.Payment, attempt.IsTest, attempt.Payment.Id) + suffix,
        Fingerprint = attempt.Payment.Id,
    };
}
