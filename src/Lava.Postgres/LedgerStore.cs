using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Reads the ledger.</summary>
public sealed class LedgerStore(StoreSource source)
{
    /// <summary>
    /// A wallet's entries, newest first, older than <paramref name="before"/>. The balance after each is counted back from the wallet's:
    /// the first pages, which people look at, cost nothing more.
    /// </summary>
    public Task<List<LedgerRecord>> ListAsync(long walletId, long? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            with page as (
              select entry_id, transaction_id, kind, amount, created_at from ledger_entries
              where wallet_id = @wallet and entry_id < @before order by entry_id desc limit @limit
            ), newest as (
              select w.posted - coalesce((
                select sum(e.amount) from ledger_entries e
                where e.wallet_id = @wallet and e.entry_id > (select max(entry_id) from page)), 0) as balance
              from wallets w where w.wallet_id = @wallet
            )
            select p.entry_id, p.transaction_id, p.kind, p.amount,
              (n.balance - sum(p.amount) over (order by p.entry_id desc) + p.amount)::bigint,
              p.created_at, r.request_id, g.external_reference
            from page p cross join newest n left join requests r on r.id = p.transaction_id
              left join grants g on g.grant_id = p.transaction_id and g.external_reference like 'pay\_%'
            order by p.entry_id desc
            """)
            .Add("wallet", walletId).Add("before", before ?? long.MaxValue).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>
    /// The entries of a request, on wallets of this merchant alone, in the order in which they were booked. They carry the time at which
    /// the request ended, and are found by it: among those of a microsecond, not by an index of transactions.
    /// </summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="transactionId">The request's id.</param>
    /// <param name="at">When it ended, to the microsecond.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<TransactionEntry>> OfTransactionAsync(
        Guid merchantId, Guid transactionId, DateTimeOffset at, CancellationToken cancellationToken) =>
        source.QueryAsync(TransactionCommand(merchantId, transactionId, at), ReadEntry, cancellationToken);

    internal static NpgsqlCommand TransactionCommand(Guid merchantId, Guid transactionId, DateTimeOffset at) => new NpgsqlCommand(
        """
        select e.entry_id, w.wallet_id, w.kind, e.kind, e.amount, e.created_at
        from ledger_entries e join wallets w on w.wallet_id = e.wallet_id and w.merchant_id = @merchant
        where e.created_at = @at and e.transaction_id = @transaction order by e.entry_id
        """)
        .Add("merchant", merchantId).Add("transaction", transactionId).AddTime("at", at);

    private static TransactionEntry ReadEntry(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        (WalletKind)row.GetInt16(2),
        (EntryKind)row.GetInt16(3),
        new Money(row.GetInt64(4)),
        row.Time(5));

    private static LedgerRecord Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        (EntryKind)row.GetInt16(2),
        new Money(row.GetInt64(3)),
        new Money(row.GetInt64(4)),
        row.Time(5),
        row.Text(6),
        row.Text(7));
}
