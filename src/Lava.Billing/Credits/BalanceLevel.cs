namespace Lava.Billing.Credits;

/// <summary>How full a wallet is. The values are stored: never renumber.</summary>
public enum BalanceLevel : short
{
    /// <summary>Above the mark.</summary>
    Fine = 0,

    /// <summary>Below the mark.</summary>
    Low = 1,

    /// <summary>Nothing is left.</summary>
    Empty = 2,
}
