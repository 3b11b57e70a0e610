using static Lava.Postgres.Verification.LedgerChecks;

namespace Lava.Postgres.Verification;

/// <summary>
/// Granted credit. The law: what a customer's grants have left is the wallet's balance, or nothing where that is a debt. It holds
/// after every transaction: a grant first pays a debt off and keeps the rest; a charge burns grants while there are any and is
/// debt beyond them; an expiry takes the same from both.
/// </summary>
internal static class CreditChecks
{
    private const short Customer = (short)WalletKind.Customer;
    private const short Grant = (short)EntryKind.Grant;
    private const short Expiry = (short)EntryKind.Expiry;

    public static readonly SqlCheck Remaining = new(
        "what grants have left is the customer's balance",
        "select count(*) from grants",
        $"""
        select 'wallet ' || wallet_id, {Money("greatest(w.posted, 0)")}, {Money("coalesce(g.sum, 0)")}
        from (select wallet_id, posted from wallets where kind = {Customer}) w
        full join (select wallet_id, sum(remaining) from grants group by wallet_id) g using (wallet_id)
        where greatest(w.posted, 0) <> coalesce(g.sum, 0)
        """);

    /// <summary>What is gone from a grant was spent or expired: what expired is at most that.</summary>
    public static readonly SqlCheck Grants = new(
        "each grant is in the ledger and has left what it can",
        "select count(*) from grants",
        $"""
        select 'grant ' || coalesce(g.grant_id, e.transaction_id),
          {Money("g.amount")} || ' with at most ' || {Money("g.amount - coalesce(x.sum, 0)")} || ' left',
          coalesce({Money("e.sum")}, 'no entry') || ' with ' || {Money("g.remaining")} || ' left'
        from grants g
        full join (
          select transaction_id, wallet_id, sum(amount) from ledger_entries
          where kind = {Grant} and amount > 0 group by transaction_id, wallet_id
        ) e on e.transaction_id = g.grant_id and e.wallet_id = g.wallet_id
        left join (select grant_id, sum(amount) from grant_expiries group by grant_id) x on x.grant_id = g.grant_id
        where g.amount is distinct from e.sum or g.remaining < 0 or g.remaining > g.amount - coalesce(x.sum, 0)
        """);

    public static readonly SqlCheck Expiries = new(
        "what expired is in the ledger",
        "select count(*) from grant_expiries",
        $"""
        select 'expiry ' || coalesce(x.expiry_id, e.transaction_id), {Money("x.sum")}, {Money("e.sum")}
        from (
          select expiry_id, wallet_id, sum(p.amount) from grant_expiries p join grants using (grant_id) group by expiry_id, wallet_id
        ) x full join (
          select transaction_id, wallet_id, -sum(amount) as sum from ledger_entries
          where kind = {Expiry} and amount < 0 group by transaction_id, wallet_id
        ) e on e.transaction_id = x.expiry_id and e.wallet_id = x.wallet_id
        where x.sum is distinct from e.sum
        """);
}
