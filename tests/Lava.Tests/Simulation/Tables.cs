using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Simulation;

/// <summary>The tables, and what the statements of <see cref="UsageRecordSql"/>, GrantStore and ExpiryStore do to them.</summary>
internal sealed class Tables
{
    public const long MerchantWallet = 1;
    public const long RevenueWallet = 2;
    public const long CostWallet = 3;
    public const long GrantedWallet = 4;

    /// <summary>The first customer's; the others follow.</summary>
    public const long FirstCustomer = 5;

    public long Fence { get; set; }

    public long Sequence { get; set; }

    /// <summary>Balances by wallet.</summary>
    public SortedDictionary<long, Money> Posted { get; } = [];

    /// <summary>Floors of the wallets that calls reserve from.</summary>
    public SortedDictionary<long, Money> Floors { get; } = [];

    public Dictionary<Guid, FlushFacts> Requests { get; } = [];

    public List<(Guid Transaction, long Wallet, Money Amount)> Entries { get; } = [];

    public List<GrantRow> Grants { get; } = [];

    public HashSet<Guid> Expiries { get; } = [];

    public List<Guid> Rejected { get; } = [];

    /// <summary>All that moved credit, in the order of commits: grants as they were given, charges and expiries as sums.</summary>
    public List<(long Wallet, GrantRow? Grant, Money Debit, DateTimeOffset? ExpiredAt)> Moves { get; } = [];

    /// <summary>A merchant with a few customers.</summary>
    public void Open(SeededRandom random)
    {
        var customers = random.Between(1, 4);
        for (var wallet = 1L; wallet < FirstCustomer + customers; wallet++)
        {
            Posted[wallet] = Money.Zero;
            if (wallet == MerchantWallet)
            {
                Floors[wallet] = random.OneIn(2) ? WalletBalance.NoFloor : new Money(-100_000);
            }
            else if (wallet >= FirstCustomer)
            {
                Floors[wallet] = random.OneIn(4) ? new Money(-2_000) : Money.Zero;
            }
        }
    }

    public long AnyCustomer(SeededRandom random) => FirstCustomer + random.Below(Floors.Count - 1);

    public void Flush(FlushFacts[] rows, long to)
    {
        Sequence = to;
        var burned = new SortedDictionary<long, Money>();
        foreach (var row in rows)
        {
            if (Requests.TryAdd(row.Id, row) && row.Debit != Money.Zero)
            {
                Book(row.Id, row.WalletId, row.Billed ? RevenueWallet : CostWallet, -row.Debit);
                if (row.Billed)
                {
                    burned[row.WalletId] = burned.GetValueOrDefault(row.WalletId) + row.Debit;
                }
            }
        }

        foreach (var (wallet, debit) in burned)
        {
            Burn(wallet, debit);
        }
    }

    public void Reject(RejectedRecord record)
    {
        Sequence = record.Sequence;
        Rejected.Add(record.Entry.HoldId);
    }

    public GrantRow Give(NewGrant grant)
    {
        var debt = Money.Max(Money.Zero, -Posted[grant.WalletId]);
        var row = new GrantRow(grant, grant.Amount - Money.Min(debt, grant.Amount));
        Grants.Add(row);
        Moves.Add((grant.WalletId, row, Money.Zero, null));
        Book(grant.Id, grant.WalletId, GrantedWallet, grant.Amount);
        return row;
    }

    /// <summary>Expired grants with something left, the first to be burned first.</summary>
    public List<GrantRow> Expired(long wallet, DateTimeOffset now) => [.. Unspent(wallet).Where(grant => grant.New.ExpiresAt <= now)];

    public void Expire(Guid id, long wallet, List<GrantRow> expired, Money amount, DateTimeOffset now)
    {
        var kept = expired.Aggregate(Money.Zero, (sum, grant) => sum + grant.Remaining) - amount;
        foreach (var grant in expired)
        {
            var earlier = kept;
            kept -= Money.Min(kept, grant.Remaining);
            grant.Remaining = earlier - kept;
        }

        Expiries.Add(id);
        Moves.Add((wallet, null, amount, now));
        Book(id, wallet, GrantedWallet, -amount);
    }

    private void Burn(long wallet, Money debit)
    {
        Moves.Add((wallet, null, debit, null));
        var left = debit;
        foreach (var grant in Unspent(wallet))
        {
            var part = Money.Min(left, grant.Remaining);
            grant.Remaining -= part;
            left -= part;
        }
    }

    private IEnumerable<GrantRow> Unspent(long wallet) => Grants
        .Where(grant => grant.New.WalletId == wallet && grant.Remaining > Money.Zero)
        .OrderBy(grant => grant.BurnClass)
        .ThenBy(grant => grant.New.ExpiresAt ?? DateTimeOffset.MaxValue)
        .ThenBy(grant => grant.New.Id);

    private void Book(Guid transaction, long wallet, long contra, Money amount)
    {
        Entries.Add((transaction, wallet, amount));
        Entries.Add((transaction, contra, -amount));
        Posted[wallet] += amount;
        Posted[contra] -= amount;
    }
}
