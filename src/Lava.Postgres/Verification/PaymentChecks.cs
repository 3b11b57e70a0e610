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

    /// <summary>Of each charge no more goes back than it took; one that came too late goes back whole.</summary>
    public static readonly SqlCheck Refunds = new(
        "no charge gave back more than was paid, and late ones gave back all",
        "select count(*) from refunds",
        $"""
        select 'charge ' || r.charge_reference, {Money("p.amount")}, {Money("r.sum")}
        from (
          select payment_id, charge_reference, sum(amount) as sum, bool_or(origin = {(short)RefundOrigin.LateCapture}) as is_late
          from refunds where status <> {(short)RefundStatus.Failed} group by payment_id, charge_reference
        ) r join payments p using (payment_id)
        where r.sum > p.amount or (r.is_late and r.sum <> p.amount)
        union all
        select distinct 'charge ' || f.charge_reference, {Money("f.amount")}, 'refunds that failed' from refunds f
        where f.origin = {(short)RefundOrigin.LateCapture} and f.status = {(short)RefundStatus.Failed} and not exists (
          select from refunds o where o.charge_reference = f.charge_reference and o.status <> {(short)RefundStatus.Failed})
        """);

    /// <summary>While one is under way its credit may be taken and not noted yet: those are left out.</summary>
    public static readonly SqlCheck TakenBack = new(
        "the credit of refunds and disputes is in their adjustments",
        "select (select count(*) from refunds) + (select count(*) from disputes)",
        $"""
        select name, {Money("expected")}, {Money("found")} from (
          select 'refund ' || r.refund_id as name, r.credit as expected, coalesce((
            select -sum(a.amount) from adjustments a where a.refund_id = r.refund_id), 0) as found
          from refunds r where r.status = {(short)RefundStatus.Succeeded} or (r.status = {(short)RefundStatus.Failed} and r.credit = 0)
          union all
          select 'dispute ' || d.reference, d.credit, coalesce((
            select -sum(a.amount) from adjustments a where a.dispute_reference = d.reference), 0)
          from disputes d where d.is_settled
        ) t where expected <> found
        """);

    /// <summary>A session that was paid is complete, and was paid once; whoever bought is a customer.</summary>
    public static readonly SqlCheck Sessions = new(
        "each paid checkout session is complete, and whoever paid is a customer",
        "select count(*) from customers",
        $"""
        select 'checkout session ' || s.checkout_session_id, 'complete, with a customer',
          concat(case when s.completed_at is null then 'open' else 'complete' end, case when c.is_draft then ', a draft' end)
        from payments p join checkout_sessions s using (checkout_session_id) join customers c on c.customer_id = p.customer_id
        where p.status = {(short)PaymentStatus.Succeeded} and (s.completed_at is null or c.is_draft)
        union all
        select 'customer ' || c.customer_id, 'no draft', 'a draft with a grant or a subscription'
        from customers c where c.is_draft and (
          exists (select from grants g where g.customer_id = c.customer_id)
          or exists (select from subscriptions b where b.customer_id = c.customer_id))
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
