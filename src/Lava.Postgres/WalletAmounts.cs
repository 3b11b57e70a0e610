using System.Runtime.InteropServices;

namespace Lava.Postgres;

/// <summary>Amounts added up by wallet, as the two arrays that a statement takes.</summary>
internal sealed class WalletAmounts
{
    private readonly Dictionary<long, int> _rows = [];

    public List<long> Wallets { get; } = [];

    public List<long> Amounts { get; } = [];

    public void Clear()
    {
        _rows.Clear();
        Wallets.Clear();
        Amounts.Clear();
    }

    /// <exception cref="OverflowException">The sum does not fit.</exception>
    public void Add(long walletId, long amount)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, walletId, out var exists);
        if (!exists)
        {
            row = Wallets.Count;
            Wallets.Add(walletId);
            Amounts.Add(0);
        }

        Amounts[row] = checked(Amounts[row] + amount);
    }
}
