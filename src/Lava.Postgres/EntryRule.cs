using Lava.Core;

namespace Lava.Postgres;

/// <summary>What a kind of ledger entry does to the wallet that it is about. All kinds stand in this one table.</summary>
/// <param name="Contra">The account on the other side.</param>
/// <param name="Puts">It may put money into the wallet.</param>
/// <param name="Takes">It may take money out of the wallet.</param>
public readonly record struct EntryRule(WalletKind Contra, bool Puts, bool Takes)
{
    /// <summary>The rule of a kind.</summary>
    public static EntryRule Of(EntryKind kind) => kind switch
    {
        EntryKind.Grant => In(WalletKind.GrantedCredit),
        EntryKind.Purchase => In(WalletKind.Payments),
        EntryKind.CycleCredit => In(WalletKind.CycleCredit),
        EntryKind.Overage => In(WalletKind.Payments),
        EntryKind.Charge => Out(WalletKind.Revenue),
        EntryKind.ProviderCost => Out(WalletKind.ProviderCost),
        EntryKind.Expiry => Out(WalletKind.ExpiredCredit),
        EntryKind.Refund => Out(WalletKind.Refunds),
        EntryKind.Correction => new EntryRule(WalletKind.Corrections, Puts: true, Takes: true),
        EntryKind.Debt => In(WalletKind.WrittenOffDebt),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>May the wallet change by this amount? Never by nothing.</summary>
    public bool Allows(Money amount) => (Puts && amount > Money.Zero) || (Takes && amount < Money.Zero);

    private static EntryRule In(WalletKind contra) => new(contra, Puts: true, Takes: false);

    private static EntryRule Out(WalletKind contra) => new(contra, Puts: false, Takes: true);
}
