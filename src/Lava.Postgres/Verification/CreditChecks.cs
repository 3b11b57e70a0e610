using Lava.Billing.Credits;
using static Lava.Postgres.Verification.LedgerChecks;

namespace Lava.Postgres.Verification;

/// <summary>
/// Credit. The law: what a customer's grants have left is the wallet's balance, or nothing where that is a debt. It holds after every
/// transaction: a grant, and debt written off, first pay a debt and keep the rest; a charge, a refund and a correction downwards burn
/// grants while there are any and are debt beyond them; an expiry takes the same from both.
/// </summary>
internal static class CreditChecks
{
    private const short Customer = (short)WalletKind.Customer;
    private const short Grant = (short)EntryKind.Grant;
    private const short Purchase = (short)EntryKind.Purchase;
    private const short CycleCredit = (short)EntryKind.CycleCredit;
    private const short Overage = (short)EntryKind.Overage;
    private const short Expiry = (short)EntryKind.Expiry;
    private const short Refund = (short)EntryKind.Refund;
    private const short Correction = (short)EntryKind.Correction;
    private const short Debt = (short)EntryKind.Debt;

    public static readonly SqlCheck Remaining = new(
        "what grants have left is the customer's balance",
        "select count(*) from grants",
        $"""
        select 'wallet ' || wallet_id, {Money("greatest(w.posted, 0)")}, {Money("coalesce(g.sum, 0)")}
        from (select wallet_id, posted from wallets where kind = {Customer}) w
        full join (select wallet_id, sum(remaining) from grants group by wallet_id) g using (wallet_id)
        where greatest(w.posted, 0) <> coalesce(g.sum, 0)
        """);

    /// <summary>A correction upwards is a grant too.</summary>
    public static readonly SqlCheck Grants = new(
        "each grant is in the ledger, and each of its entries has its grant",
        "select count(*) from grants",
        $"""
        select 'grant ' || coalesce(g.grant_id, e.transaction_id), {Money("g.amount")}, {Money("e.amount")}
        from (
          select grant_id, wallet_id, amount, case origin {Origins} end as kind from grants
        ) g full join (
          {Entries($"{Grant}, {Purchase}, {CycleCredit}, {Overage}, {Correction}")} having sum(amount) > 0
        ) e on e.transaction_id = g.grant_id and e.wallet_id = g.wallet_id and e.kind = g.kind
        where g.amount is distinct from e.amount
        """);

    /// <summary>What expired or was refunded has its rows, but for what was given back; no grant gives more than it was.</summary>
    public static readonly SqlCheck TakenBack = new(
        "what was taken back from grants expired or was refunded",
        "select count(*) from grants",
        $"""
        select 'grant ' || g.grant_id, {Money("coalesce(x.sum, 0) + coalesce(a.sum, 0)")},
          concat({Money("g.taken_back")}, ' with ', {Money("g.remaining")}, ' left of ', {Money("g.amount")})
        from grants g
        left join (select grant_id, sum(amount) from grant_expiries group by grant_id) x using (grant_id)
        left join (
          select grant_id, -sum(amount) as sum from adjustments t where kind = {(short)AdjustmentKind.Refund} and not exists (
            select from adjustments b where b.kind = {(short)AdjustmentKind.Correction} and b.amount > 0
              and (b.refund_id = t.refund_id
                or (b.dispute_reference = t.dispute_reference and b.dispute_round = t.dispute_round)))
          group by grant_id
        ) a using (grant_id)
        where g.taken_back <> coalesce(x.sum, 0) + coalesce(a.sum, 0) or g.remaining < 0 or g.remaining + g.taken_back > g.amount
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

    public static readonly SqlCheck Adjustments = new(
        "refunds, corrections and debt written off are in the ledger",
        "select count(*) from adjustments",
        $"""
        select 'adjustment ' || coalesce(a.adjustment_id, e.transaction_id), {Money("a.amount")}, {Money("e.amount")}
        from (
          select adjustment_id, wallet_id, amount, case kind {AdjustmentKinds} end as kind from adjustments
        ) a full join ({Entries($"{Refund}, {Correction}, {Debt}")}) e
          on e.transaction_id = a.adjustment_id and e.wallet_id = a.wallet_id and e.kind = a.kind
        where a.amount is distinct from e.amount
        """);

    // The kinds of entry that the documents' own kinds stand for.
    private static string Origins =>
        $"""
        when {(short)CreditOrigin.Grant} then {Grant} when {(short)CreditOrigin.Purchase} then {Purchase}
        when {(short)CreditOrigin.CycleCredit} then {CycleCredit} when {(short)CreditOrigin.Overage} then {Overage}
        when {(short)CreditOrigin.Correction} then {Correction}
        """;

    private static string AdjustmentKinds =>
        $"""
        when {(short)AdjustmentKind.Refund} then {Refund} when {(short)AdjustmentKind.Correction} then {Correction}
        when {(short)AdjustmentKind.Debt} then {Debt}
        """;

    // What entries of some kinds did to customers' wallets.
    private static string Entries(string kinds) =>
        $"""
        select transaction_id, wallet_id, kind, sum(amount) as amount from ledger_entries
        where kind in ({kinds}) and wallet_id in (select wallet_id from wallets where kind = {Customer})
        group by transaction_id, wallet_id, kind
        """;
}
