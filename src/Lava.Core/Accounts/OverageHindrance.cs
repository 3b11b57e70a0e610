namespace Lava.Core.Accounts;

/// <summary>Why a customer whose plan allows overage has none.</summary>
public enum OverageHindrance
{
    /// <summary>Nothing hinders it.</summary>
    None,

    /// <summary>There is no card to charge.</summary>
    NoPaymentMethod,

    /// <summary>The card was declined for good.</summary>
    CardDeclined,

    /// <summary>The present cycle is not paid.</summary>
    PastDue,
}
