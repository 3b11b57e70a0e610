namespace Lava.Postgres.Verification;

/// <summary>The double entry proves itself, and the wallets are its sums.</summary>
internal static class LedgerChecks
{
    public static readonly SqlCheck Transactions = new(
        "ledger transactions sum to zero, each within one merchant",
        "select count(*) from ledger_entries",
        $"""
        select 'transaction ' || e.transaction_id, 'sum 0 within 1 merchant',
          'sum ' || {Money("sum(e.amount)")} || case when min(m.wallet_id) = max(m.wallet_id) then '' else ' across merchants' end
        from ledger_entries e left join wallets w using (wallet_id) left join merchants m using (merchant_id)
        group by e.transaction_id
        having sum(e.amount) <> 0 or min(m.wallet_id) <> max(m.wallet_id)
        """);

    /// <summary>One side is the wallet that the kind is about, the other the account against it; each in its direction.</summary>
    public static readonly SqlCheck Accounts = new(
        "each entry stands on an account of its kind",
        "select count(*) from ledger_entries",
        $"""
        with rules (kind, account, sign) as (values {Rules})
        select concat('entry ', e.entry_id, ' of wallet ', e.wallet_id), 'kind and direction that go together',
          concat('kind ', e.kind, ' of ', {Money("e.amount")}, ' on an account of kind ', w.kind)
        from ledger_entries e left join wallets w using (wallet_id)
        where (e.kind, w.kind, sign(e.amount)) not in (select kind, account, sign from rules) or w.kind is null
        """);

    /// <summary>Entries of a wallet that does not exist are found too.</summary>
    public static readonly SqlCheck Wallets = new(
        "each wallet's balance is the sum of its entries",
        "select count(*) from wallets",
        $"""
        select 'wallet ' || wallet_id, {Money("coalesce(e.sum, 0)")}, {Money("w.posted")}
        from wallets w full join (select wallet_id, sum(amount) from ledger_entries group by wallet_id) e using (wallet_id)
        where w.posted is distinct from coalesce(e.sum, 0)
        """);

    /// <summary>
    /// A debit of zero has no entries. Both sides are looked for: a request without its entry, and an entry without its request.
    /// </summary>
    public static readonly SqlCheck Debits = new(
        "each request's debit is its entry in the ledger",
        "select count(*) from requests",
        $"""
        with removed as materialized ({Removed})
        select coalesce('request ' || r.request_id, 'transaction ' || e.transaction_id), {Money("r.debit")}, {Money("e.debit")}
        from (
          select id, request_id, wallet_id, debit, case when billed then {Charge} else {ProviderCost} end as kind
          from requests where debit <> 0
        ) r full join ({ByWallet}) e on e.transaction_id = r.id and e.wallet_id = r.wallet_id and e.kind = r.kind
        where r.debit is distinct from e.debit
          and (r.id is not null or not exists (select from removed where e.transaction_id >= first_id and e.transaction_id < end_id))
        """);

    /// <summary>The entries of removed requests stay: by month they are what was removed.</summary>
    public static readonly SqlCheck RemovedMonths = new(
        "the ledger still has what months removed from the requests took",
        "select count(*) from removed_months",
        $"""
        with removed as materialized ({Removed}), entries as (
          select r.month, sum(e.debit) from ({ByWallet}) e
          join removed r on e.transaction_id >= r.first_id and e.transaction_id < r.end_id
          where not exists (select from requests q where q.id = e.transaction_id)
          group by r.month
        )
        select 'month ' || r.month, {Money("r.debited")}, {Money("e.sum")}
        from removed r left join entries e using (month) where r.debited <> coalesce(e.sum, 0)
        """);

    /// <summary>Months that were removed from the requests, and the ids that lay in them.</summary>
    public const string Removed = """
        select month, sum(debited) as debited, first_id_at(month::timestamp at time zone 'UTC') as first_id,
          first_id_at((month + interval '1 month') at time zone 'UTC') as end_id
        from removed_months group by month
        """;

    private const short Charge = (short)EntryKind.Charge;
    private const short ProviderCost = (short)EntryKind.ProviderCost;

    // As values of SQL: each kind on the wallet that it is about, and with the other sign on the account on its other side.
    private static string Rules => string.Join(", ",
        from kind in Enum.GetValues<EntryKind>()
        let rule = EntryRule.Of(kind)
        let about = kind == EntryKind.ProviderCost ? WalletKind.Merchant : WalletKind.Customer
        from sign in new[] { 1, -1 }
        where rule.Allows(new Core.Money(sign))
        from account in Contras(kind, rule).Select(contra => (Kind: contra, Sign: -sign)).Append((Kind: about, Sign: sign))
        select $"({(short)kind}, {(short)account.Kind}, {account.Sign})");

    // Expiries were booked against the account of grants before they had one of their own.
    private static WalletKind[] Contras(EntryKind kind, EntryRule rule) =>
        kind == EntryKind.Expiry ? [rule.Contra, WalletKind.GrantedCredit] : [rule.Contra];

    private static string ByWallet =>
        $"""
        select transaction_id, wallet_id, kind, -sum(amount) as debit from ledger_entries
        where kind in ({Charge}, {ProviderCost}) and amount < 0 group by transaction_id, wallet_id, kind
        """;

    /// <summary>An expression for an amount in dollars, as people read it.</summary>
    public static string Money(string units) => $"(({units}) * 0.0000000001)::numeric(38, 10)::text";
}
