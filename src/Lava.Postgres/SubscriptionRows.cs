using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The statements that change subscriptions and their cycles, one by one.</summary>
internal static class SubscriptionRows
{
    /// <summary>Locks a customer; false where there is none.</summary>
    public static async Task<bool> LockCustomerAsync(NpgsqlConnection connection, Guid customerId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select true from customers where customer_id = @customer and deleted_at is null for no key update", connection)
            .Add("customer", customerId);
        return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
    }

    /// <summary>Did this cycle begin?</summary>
    public static async Task<bool> HasCycleAsync(NpgsqlConnection connection, Guid cycleId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from subscription_cycles where cycle_id = @cycle)", connection).Add("cycle", cycleId);
        return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
    }

    /// <summary>The payment that pays for a cycle; null without one.</summary>
    public static async Task<Guid?> FindPaymentAsync(NpgsqlConnection connection, Guid cycleId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select payment_id from payments
            where cycle_id = @cycle and status in ({(short)PaymentStatus.Attempting}, {(short)PaymentStatus.Succeeded})
            """,
            connection).Add("cycle", cycleId);
        return await command.ReadFirstAsync(row => row.Id(0), cancellationToken);
    }

    /// <summary>The credit of a cycle that was begun unpaid and has none yet; null: there is no such one.</summary>
    public static async Task<Money?> FindUnpaidAsync(
        NpgsqlConnection connection, Guid subscriptionId, Guid cycleId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select included_credit from subscription_cycles
            where cycle_id = @cycle and subscription_id = @id and not is_paid
            """,
            connection).Add("cycle", cycleId).Add("id", subscriptionId);
        return await command.ReadFirstAsync(row => row.Amount(0), cancellationToken);
    }

    /// <summary>A new subscription, for a customer who has none.</summary>
    public static Task InsertAsync(
        NpgsqlConnection connection, StartOrder order, DateTimeOffset now, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand(
            """
            insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, auto_top_up_bundle_id, started_at)
            select @id, merchant_id, @customer, plan_id, default_bundle_id, @at from plans where plan_id = @plan
            """,
            connection)
            .Add("id", order.NewId).Add("customer", order.CustomerId).Add("plan", order.PlanId)
            .AddTime("at", CycleTimes.WholeSecond(now)),
        cancellationToken);

    /// <summary>A cycle's row.</summary>
    public static Task InsertCycleAsync(
        NpgsqlConnection connection, Guid subscriptionId, Plan plan, NewCycle start, Guid? paymentId, DateTimeOffset now,
        CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand(
            """
            insert into subscription_cycles (cycle_id, subscription_id, plan_id, starts_at, ends_at, price, included_credit, is_paid,
              payment_id, grant_id, created_at)
            values (@cycle, @id, @plan, @start, @end, @price, @credit, @paid, @payment, @grant, @at)
            """,
            connection)
            .Add("cycle", start.CycleId).Add("id", subscriptionId).Add("plan", plan.Id)
            .AddTime("start", start.Cycle.Start).AddTime("end", start.Cycle.End)
            .Add("price", plan.Terms.PeriodAmount.Units).Add("credit", plan.Terms.IncludedCredit.Units).Add("paid", start.IsPaid)
            .AddId("payment", start.IsPaid ? paymentId : null).AddId("grant", start.GrantId == Guid.Empty ? null : start.GrantId)
            .AddTime("at", now),
        cancellationToken);

    /// <summary>The subscription is in a new cycle: its dates, what was agreed for it, and whether it is paid.</summary>
    public static Task SetCycleAsync(
        NpgsqlConnection connection, Guid subscriptionId, Plan plan, NewCycle start, DateTimeOffset now,
        CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand(
            """
            update subscriptions set anchor_at = @anchor, cycle_index = @index, cycle_start_at = @start, cycle_end_at = @end,
              past_due_since = case when @paid then null else coalesce(past_due_since, @now) end, overage_mode = @mode,
              overage_limit = @limit, overage_increment = @increment, overage_charged = 0
            where subscription_id = @id
            """,
            connection)
            .Add("id", subscriptionId).AddTime("anchor", start.Cycle.Anchor).Add("index", start.Cycle.Index)
            .AddTime("start", start.Cycle.Start).AddTime("end", start.Cycle.End).Add("paid", start.IsPaid).AddTime("now", now)
            .Add("mode", (short)plan.Overage.Mode).AddAmount("limit", plan.Overage.Limit)
            .AddAmount("increment", plan.Overage.Increment),
        cancellationToken);

    /// <summary>What was agreed on overage is another from now on, within the cycle.</summary>
    public static Task SetTermsAsync(
        NpgsqlConnection connection, Guid subscriptionId, Plan plan, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand(
            """
            update subscriptions set overage_mode = @mode, overage_limit = @limit, overage_increment = @increment
            where subscription_id = @id
            """,
            connection)
            .Add("id", subscriptionId).Add("mode", (short)plan.Overage.Mode).AddAmount("limit", plan.Overage.Limit)
            .AddAmount("increment", plan.Overage.Increment),
        cancellationToken);

    /// <summary>The subscription has this plan; a plan without cycles ends them. Another plan brings its own default bundle.</summary>
    public static Task SetPlanAsync(
        NpgsqlConnection connection, LockedSubscription row, Plan plan, PendingChange? pending, CancellationToken cancellationToken)
    {
        var none = plan.HasCycles
            ? ""
            : """
              , anchor_at = null, cycle_index = null, cycle_start_at = null, cycle_end_at = null, past_due_since = null,
              overage_mode = 0, overage_limit = null, overage_increment = null, overage_charged = 0
              """;
        var command = new NpgsqlCommand(
            $"""
            update subscriptions set plan_id = @plan, pending_kind = @kind, pending_plan_id = @pending,
              auto_top_up_bundle_id = case when plan_id = @plan then auto_top_up_bundle_id else @bundle end{none}
            where subscription_id = @id
            """,
            connection)
            .Add("id", row.Id).Add("plan", plan.Id).AddId("pending", pending?.PlanId).AddId("bundle", plan.DefaultBundleId);
        command.Parameters.Add(new NpgsqlParameter<short?>("kind", (short?)pending?.Kind));
        return RunAsync(command, cancellationToken);
    }

    /// <summary>A cycle ends before its time, because another begins.</summary>
    public static Task CutAsync(
        NpgsqlConnection connection, Guid subscriptionId, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken) =>
        RunAsync(
            new NpgsqlCommand(
                "update subscription_cycles set ends_at = @end where subscription_id = @id and starts_at = @start", connection)
                .Add("id", subscriptionId).AddTime("start", start).AddTime("end", end),
            cancellationToken);

    /// <summary>A cycle that began unpaid is paid now.</summary>
    public static Task SetPaidAsync(
        NpgsqlConnection connection, Guid subscriptionId, Guid cycleId, Guid? grantId, Guid? paymentId,
        CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand(
            """
            update subscription_cycles set is_paid = true, grant_id = @grant, payment_id = @payment where cycle_id = @cycle;
            update subscriptions s set past_due_since = null from subscription_cycles c
            where s.subscription_id = @id and c.cycle_id = @cycle and c.starts_at = s.cycle_start_at
            """,
            connection)
            .Add("id", subscriptionId).Add("cycle", cycleId).AddId("grant", grantId).AddId("payment", paymentId),
        cancellationToken);

    /// <summary>The subscription has ended; the dates of its last cycle stay.</summary>
    public static Task CancelAsync(
        NpgsqlConnection connection, Guid subscriptionId, DateTimeOffset at, CancellationToken cancellationToken) => RunAsync(
        new NpgsqlCommand(
            "update subscriptions set cancelled_at = @at, pending_kind = null, pending_plan_id = null where subscription_id = @id",
            connection)
            .Add("id", subscriptionId).AddTime("at", at),
        cancellationToken);

    private static async Task RunAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
