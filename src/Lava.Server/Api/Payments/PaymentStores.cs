using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Postgres;

namespace Lava.Server.Api.Payments;

/// <summary>Where all that concerns payments is kept.</summary>
/// <param name="Payments">Payments.</param>
/// <param name="Methods">Cards on file.</param>
/// <param name="Watch">Wallets that are watched.</param>
/// <param name="Refunds">Money that goes back.</param>
/// <param name="Disputes">Money that banks took back.</param>
/// <param name="Reviews">What people decide of payments.</param>
internal sealed record PaymentStores(
    IPaymentStore Payments, PaymentMethodStore Methods, IWalletWatchStore Watch, IRefundStore Refunds, IDisputeStore Disputes,
    IPaymentReviewStore Reviews)
{
    /// <summary>Under the fence that a position was taken with.</summary>
    public static PaymentStores Of(Database database, JournalPosition position) => new(
        database.CreatePaymentStore(position), database.CreatePaymentMethodStore(position), database.CreateWalletWatchStore(position),
        database.CreateRefundStore(position), database.CreateDisputeStore(position),
        database.CreatePaymentReviewStore(position));
}
