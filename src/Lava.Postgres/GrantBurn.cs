using Lava.Billing.Credits;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Takes money out of a locked wallet's grants, in the order in which the flusher burns them for charges.</summary>
internal static class GrantBurn
{
    /// <summary>
    /// What can be refunded of a grant, what is left of it, and what is left of those that burn before it. Null: not this wallet's grant.
    /// </summary>
    public static async Task<GrantShare?> FindAsync(
        NpgsqlConnection connection, long walletId, Guid grantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select g.amount - g.taken_back, g.remaining, (
              select coalesce(sum(e.remaining), 0)::bigint from grants e
              where e.wallet_id = g.wallet_id and not e.spent
                and (e.burn_class, coalesce(e.expires_at, 'infinity'), e.grant_id)
                  < (g.burn_class, coalesce(g.expires_at, 'infinity'), g.grant_id))
            from grants g where g.wallet_id = @wallet and g.grant_id = @grant
            """,
            connection)
            .Add("wallet", walletId).Add("grant", grantId);
        return await command.ReadFirstAsync(
            row => new GrantShare(new Money(row.GetInt64(0)), new Money(row.GetInt64(1)), new Money(row.GetInt64(2))), cancellationToken);
    }

    /// <summary>
    /// Lowers the grants by an amount, the given one before all others. What exceeds them all is debt: it stands in the wallet alone.
    /// </summary>
    public static async Task LowerAsync(
        NpgsqlConnection connection, long walletId, Guid? first, Money amount, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with burning as (
              select grant_id,
                sum(remaining) over (order by grant_id <> @first, burn_class, expires_at nulls last, grant_id) - remaining as earlier
              from grants where wallet_id = @wallet and not spent
            )
            update grants g set remaining = g.remaining - least(g.remaining, @amount - b.earlier)
            from burning b where g.grant_id = b.grant_id and @amount > b.earlier
            """,
            connection)
            .Add("wallet", walletId).Add("first", first ?? Guid.Empty).Add("amount", amount.Units);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Notes that what a refund or a dispute took of grants was given back, as a grant of its own: it may be taken once more.
    /// </summary>
    public static async Task UndoTakingBackAsync(
        NpgsqlConnection connection, NewAdjustment about, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update grants g set taken_back = g.taken_back - t.taken
            from (
              select grant_id, -sum(amount) as taken from adjustments
              where kind = {(short)AdjustmentKind.Refund} and (
                refund_id = @refund or (dispute_reference = @dispute and dispute_round = @round))
              group by grant_id
            ) t
            where g.grant_id = t.grant_id
            """,
            connection)
            .AddId("refund", about.RefundId).AddText("dispute", about.DisputeReference).Add("round", about.DisputeRound);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes that so much of a grant was taken back, after it was lowered: it never gives more than it was.</summary>
    public static async Task TakeBackAsync(NpgsqlConnection connection, Guid grantId, Money amount, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update grants set taken_back = taken_back + @amount where grant_id = @grant", connection)
            .Add("grant", grantId).Add("amount", amount.Units);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
