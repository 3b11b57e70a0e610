namespace Lava.Postgres;

/// <summary>
/// What a batch of records changes besides its own rows, added up on this side, in the arrays that the statements take. Reused; not
/// thread-safe.
/// </summary>
internal sealed class FlushTotals
{
    /// <summary>What all records pay together. Wider than an amount: it is for the audit.</summary>
    public decimal Debited { get; private set; }

    /// <summary>Two entries for each record.</summary>
    public LedgerRows Entries { get; } = new();

    /// <summary>By how much wallets change.</summary>
    public WalletAmounts Deltas { get; } = new();

    /// <summary>What customers pay, out of their grants.</summary>
    public WalletAmounts Spent { get; } = new();

    /// <summary>What counts in the tiers.</summary>
    public MeterUnits Units { get; } = new();

    /// <summary>What reports add up.</summary>
    public UsageSumRows Sums { get; } = new();

    /// <summary>What the dashboard adds up.</summary>
    public UsageTotalRows Totals { get; } = new();

    /// <summary>What limits count.</summary>
    public UsageWindowRows Windows { get; } = new();

    /// <summary>The ids that reports brought along.</summary>
    public ReportNames Reports { get; } = new();

    /// <summary>Adds up these records and nothing else.</summary>
    /// <exception cref="OverflowException">A sum does not fit.</exception>
    public void Fill(ReadOnlySpan<FlushFacts> facts, ContraWallets contra)
    {
        Clear();
        foreach (ref readonly var call in facts)
        {
            AddMoney(call, contra);
            Units.Add(call);
            Sums.Add(call);
            Totals.Add(call);
            Windows.Add(call);
            Reports.Add(call);
        }

        Entries.Fill(facts, contra);
    }

    private void AddMoney(in FlushFacts call, ContraWallets contra)
    {
        var debit = call.Debit.Units;
        if (debit == 0)
        {
            return;
        }

        Debited += debit;
        Deltas.Add(call.WalletId, -debit);
        Deltas.Add(contra.Of(call), debit);
        if (call.Billed && debit > 0)
        {
            Spent.Add(call.WalletId, debit);
        }
    }

    private void Clear()
    {
        Debited = 0;
        Deltas.Clear();
        Spent.Clear();
        Units.Clear();
        Sums.Clear();
        Totals.Clear();
        Windows.Clear();
        Reports.Clear();
    }
}
