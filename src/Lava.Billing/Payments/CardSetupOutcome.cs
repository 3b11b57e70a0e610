namespace Lava.Billing.Payments;

/// <summary>How far the entry of a card is.</summary>
public enum CardSetupOutcome
{
    /// <summary>The card is on file at the provider.</summary>
    Saved,

    /// <summary>No card was entered yet, or the bank was not answered.</summary>
    NotReady,

    /// <summary>The bank refused the card; another may be entered.</summary>
    Declined,

    /// <summary>It can't be used any more, or is not this customer's: another entry must begin.</summary>
    Gone,
}
