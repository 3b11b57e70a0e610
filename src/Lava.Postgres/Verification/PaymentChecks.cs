using Lava.Billing.Credits;
using Lava.Billing.Payments;
using static Lava.Postgres.Verification.LedgerChecks;

namespace Lava.Postgres.Verification;

/// <summary>Payments: cash is not in the ledger, so what joins the two is the grant that names its payment.</summary>
internal static class PaymentChecks
{
    /// <summary>A payment's overage and its credit are a grant each; no other grant names a payment of that prefix.</summary>
    public static readonly SqlCheck Credit = new(
        "each payment that succeeded gave its credit, and what payments gave was paid",
        "select count(*) from payments",
        $"""
        select 'payment ' || coalesce(p.payment_id, g.fingerprint), {Money("p.amount")}, {Money("g.amount")}
        from (
          select payment_id, wallet_id, part, case part when 0 then credit else overage end as amount
          from payments cross join generate_series(0, 1) part
          where status = {(short)PaymentStatus.Succeeded} and case part when 0 then credit else overage end > 0
        ) p full join (
          select fingerprint, wallet_id, case origin when {(short)CreditOrigin.Overage} then 1 else 0 end as part, sum(amount) as amount
          from grants where external_reference like 'pay\_%' group by fingerprint, wallet_id, part
        ) g on g.fingerprint = p.payment_id and g.wallet_id = p.wallet_id and g.part = p.part
        where p.amount is distinct from g.amount
        """);

    /// <summary>What has an end has it in its last attempt, too.</summary>
    public static readonly SqlCheck Attempts = new(
        "payments and their attempts agree",
        "select count(*) from payments",
        $"""
        select 'payment ' || p.payment_id, p.attempts::text, concat(a.count, ' with ', a.paid, ' paid')
        from payments p left join (
          select payment_id, count(*) as count, count(*) filter (where outcome = {(short)ChargeOutcome.Succeeded}) as paid
          from payment_attempts group by payment_id
        ) a using (payment_id)
        where p.attempts <> coalesce(a.count, 0)
          or coalesce(a.paid, 0) <> case p.status when {(short)PaymentStatus.Succeeded} then 1 else 0 end
        """);
}
