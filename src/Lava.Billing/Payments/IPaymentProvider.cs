namespace Lava.Billing.Payments;

/// <summary>All that a payment provider does: takes money from cards, gives it back, and puts cards on file.</summary>
public interface IPaymentProvider : IChargeProvider, IRefundProvider, ICardProvider;
