using System.Text.Json;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What limits need of PostgreSQL: what was used, who has a plan's limits, and which limits were told of.</summary>
public sealed class LimitStore(StoreSource source)
{
    private static readonly string Over =
        $"""
        delete from limit_notices n where case n.cycle
          when {(short)LimitCycle.Daily} then n.window_start + interval '2 days' < @now
          when {(short)LimitCycle.Weekly} then n.window_start + interval '8 days' < @now
          when {(short)LimitCycle.Monthly} then n.window_start + interval '1 month 1 day' < @now
          when {(short)LimitCycle.Cycle} then n.window_start + interval '1 month 1 day' < @now and not exists (
            select from subscriptions s
            where s.customer_id = n.subject_id and s.cancelled_at is null and s.cycle_end_at > @now
              and date_trunc('day', s.cycle_start_at, 'UTC') = n.window_start)
          else false end
        """;

    /// <summary>What a customer or a spend key has used, as far as it is flushed; null: nothing yet.</summary>
    public async Task<UsageWindows?> FindUsedAsync(Guid subject, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"select {UsageWindowSql.Columns} from usage_windows w where w.subject_id = @subject")
            .Add("subject", subject);
        var rows = await source.QueryAsync(command, row => UsageWindowSql.Read(row), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The customers of a plan with the limits that hold for them now, and what each has used.</summary>
    public Task<List<(Guid CustomerId, UsageLimit[] Limits, UsageWindows? Used)>> ListOfPlanAsync(
        Guid planId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select c.customer_id, c.limits::text, p.limits::text, {UsageWindowSql.Columns}
            from subscriptions s join plans p using (plan_id) join customers c using (customer_id)
            left join usage_windows w on w.subject_id = c.customer_id
            where s.plan_id = @plan and s.cancelled_at is null and c.deleted_at is null
            """).Add("plan", planId);
        return source.QueryAsync(
            command,
            row => (
                row.GetGuid(0),
                LimitColumn.Merge(LimitColumn.Read(row.Text(1), LimitScope.Customer), LimitColumn.Read(row.Text(2), LimitScope.Plan)),
                row.IsDBNull(3) ? null : UsageWindowSql.Read(row, 3)),
            cancellationToken);
    }

    /// <summary>Tells webhooks that a limit is reached, once for each of its times; false where that was told before.</summary>
    /// <param name="subject">The customer or the spend key.</param>
    /// <param name="walletId">The customer's wallet, or the merchant's where the subject is a spend key.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="windowStart">When its present time began.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<bool> TellReachedAsync(
        Guid subject, long walletId, UsageLimit limit, DateTimeOffset windowStart, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                // The wallet's row gives the events of a customer, or of a merchant's keys, their order.
                await using var hold = new NpgsqlCommand(
                    """
                    select m.merchant_id, m.is_test from wallets w join merchants m using (merchant_id) where w.wallet_id = @wallet
                    for update of w
                    """,
                    connection).Add("wallet", walletId);
                var owners = await hold.ReadAllAsync(row => (Merchant: row.GetGuid(0), IsTest: row.GetBoolean(1)), cancellationToken);
                if (owners is not [var owner])
                {
                    return false;
                }

                // A limit that was raised and reached again is told of no more than once, but reached it is. Rows that a statement
                // changed have an xmax.
                await using var notice = new NpgsqlCommand(
                    """
                    insert into limit_notices as n (subject_id, unit, cycle, window_start, merchant_id, amount)
                    values (@subject, @unit, @cycle, @start, @merchant, @amount)
                    on conflict (subject_id, unit, cycle, window_start) do update set amount = excluded.amount
                      where n.amount < excluded.amount
                    returning xmax = 0
                    """,
                    connection)
                    .Add("subject", subject).Add("unit", (short)limit.Unit).Add("cycle", (short)limit.Cycle).AddTime("start", windowStart)
                    .Add("merchant", owner.Merchant).Add("amount", limit.Amount);
                if (await notice.ExecuteScalarAsync(cancellationToken) is not true)
                {
                    return false;
                }

                await WebhookEvents.AddAsync(
                    connection, walletId, WebhookEventKind.LimitReached, Facts(subject, limit, windowStart, owner.IsTest),
                    cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Forgets what was told of times that ended more than a day ago: none of them comes again. A billing cycle of a subscription is over
    /// when the subscription has another, any other cycle is a month; all time never ends.
    /// </summary>
    public Task<int> ForgetReachedAsync(DateTimeOffset now, CancellationToken cancellationToken) => source.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(Over, connection).AddTime("now", now);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    // Written, not made from a type: a member is named as the API names it.
    private static string Facts(Guid subject, in UsageLimit limit, DateTimeOffset windowStart, bool isTest)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("limit", LimitNames.Of(limit));
            json.WriteString("scope", LimitNames.Of(limit.Scope));
            json.WriteString("unit", LimitNames.Of(limit.Unit));
            json.WriteString("cycle", LimitNames.Of(limit.Cycle));
            if (limit.Unit == LimitUnit.Spend)
            {
                json.WriteString("amount", new Money(limit.Amount).ToString());
            }
            else
            {
                json.WriteNumber("amount", limit.Amount);
            }

            json.WriteString("subject_id", subject);
            if (limit.Scope == LimitScope.SpendKey)
            {
                json.WriteString("spend_key_id", Ids.Format(IdPrefix.SpendKey, isTest, subject));
            }

            json.WriteString("window_start", windowStart);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
