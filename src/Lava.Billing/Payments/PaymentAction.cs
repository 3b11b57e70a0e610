namespace Lava.Billing.Payments;

/// <summary>What the customer's bank wanted of an attended payment, and what became of it. The values are stored: never renumber.</summary>
public enum PaymentAction : short
{
    /// <summary>The customer is to confirm it.</summary>
    Wanted = 0,

    /// <summary>The page says that it was confirmed; the provider knows, and may want it still.</summary>
    Done = 1,

    /// <summary>The customer refused.</summary>
    Refused = 2,
}
