using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>What a merchant chose.</summary>
/// <param name="RefuseUnlinkedMeters">See <see cref="Merchant.RefuseUnlinkedMeters"/>.</param>
/// <param name="CeilingInput">See <see cref="Merchant.CeilingInput"/>.</param>
/// <param name="CeilingOutput">See <see cref="Merchant.CeilingOutput"/>.</param>
public sealed record MerchantSettings(bool RefuseUnlinkedMeters, Money? CeilingInput, Money? CeilingOutput)
{
    /// <summary>See <see cref="Merchant.LowBalance"/>.</summary>
    public Money LowBalance { get; init; } = Merchant.DefaultLowBalance;

    /// <summary>See <see cref="Merchant.SupportContact"/>.</summary>
    public string? SupportContact { get; init; }

    /// <summary>What a merchant has chosen so far.</summary>
    public static MerchantSettings Of(Merchant merchant) =>
        new(merchant.RefuseUnlinkedMeters, merchant.CeilingInput, merchant.CeilingOutput)
        {
            LowBalance = merchant.LowBalance,
            SupportContact = merchant.SupportContact,
        };

    /// <summary>The merchant with these.</summary>
    public Merchant ApplyTo(Merchant merchant) => merchant with
    {
        RefuseUnlinkedMeters = RefuseUnlinkedMeters,
        CeilingInput = CeilingInput,
        CeilingOutput = CeilingOutput,
        LowBalance = LowBalance,
        SupportContact = SupportContact,
    };
}
