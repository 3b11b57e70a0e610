using Lava.Billing.Credits;

namespace Lava.Postgres.Verification;

/// <summary>Subscriptions and their cycles.</summary>
internal static class SubscriptionChecks
{
    /// <summary>One that begins before the one before it has ended would be charged twice for the same time.</summary>
    public static readonly SqlCheck Overlaps = new(
        "no two cycles of a subscription overlap",
        "select count(*) from subscription_cycles",
        """
        select 'cycle ' || cycle_id, 'start from ' || before, 'start ' || starts_at
        from (select cycle_id, starts_at, lag(ends_at) over (partition by subscription_id order by starts_at) as before
          from subscription_cycles) c
        where starts_at < before
        """);

    /// <summary>What a subscription says of its present cycle is what the cycle's row says.</summary>
    public static readonly SqlCheck Present = new(
        "each active subscription is in its newest cycle",
        "select count(*) from subscriptions where cancelled_at is null and cycle_start_at is not null",
        """
        select 'subscription ' || s.subscription_id,
          concat(s.cycle_start_at, ' to ', s.cycle_end_at, case when s.past_due_since is null then ', paid' else ', not paid' end),
          concat(c.starts_at, ' to ', c.ends_at, case when c.is_paid then ', paid' else ', not paid' end)
        from subscriptions s left join lateral (
          select starts_at, ends_at, is_paid from subscription_cycles c where c.subscription_id = s.subscription_id
          order by starts_at desc limit 1) c on true
        where s.cancelled_at is null and s.cycle_start_at is not null
          and (s.cycle_start_at, s.cycle_end_at, s.past_due_since is null) is distinct from (c.starts_at, c.ends_at, c.is_paid)
        """);

    /// <summary>A cycle that is paid gave its credit once; one that is not gave none.</summary>
    public static readonly SqlCheck Credit = new(
        "each paid cycle's credit is its grant",
        "select count(*) from subscription_cycles",
        $"""
        select 'cycle ' || c.cycle_id, case when c.is_paid then {LedgerChecks.Money("c.included_credit")} else 'no grant' end,
          {LedgerChecks.Money("g.amount")}
        from subscription_cycles c left join grants g on g.grant_id = c.grant_id and g.subscription_id = c.subscription_id
          and g.origin = {(short)CreditOrigin.CycleCredit}
        where coalesce(g.amount, 0) <> case when c.is_paid then c.included_credit else 0 end
          or (select count(*) from subscription_cycles o where o.grant_id = c.grant_id) > 1
        """);
}
