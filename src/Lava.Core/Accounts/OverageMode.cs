namespace Lava.Core.Accounts;

/// <summary>What happens when a customer's credit is used up. The values are stored: never renumber.</summary>
public enum OverageMode : short
{
    /// <summary>Calls are refused.</summary>
    Block = 0,

    /// <summary>Calls go on up to a limit, and the card is charged for them.</summary>
    AutoCharge = 1,

    /// <summary>The card buys a credit bundle.</summary>
    AutoTopUp = 2,
}
