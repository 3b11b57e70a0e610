namespace Lava.Billing.Payments;

/// <summary>How a decision of a payment in review ended.</summary>
public enum ReviewOutcome
{
    /// <summary>It is done, now or before.</summary>
    Done,

    /// <summary>The merchant has no such payment.</summary>
    NoPayment,

    /// <summary>The payment is in another state: nobody must look at it, or another decision was made.</summary>
    NotInReview,

    /// <summary>Nothing was taken that could be credited.</summary>
    NothingTaken,

    /// <summary>What was taken is no US dollars: it can't be credited.</summary>
    OtherCurrency,

    /// <summary>Whoever made the charge is not configured.</summary>
    NoProvider,

    /// <summary>The provider does not say what was taken; nothing was decided, or not all of it done.</summary>
    NoAnswer,
}
