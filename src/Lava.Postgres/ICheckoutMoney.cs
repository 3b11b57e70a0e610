using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What a payment's success means for the checkout session that it was made by, in the payment's own transaction.</summary>
internal interface ICheckoutMoney
{
    /// <summary>
    /// Completes the session, makes a draft a customer and the card that paid the default; nothing for a payment without a session. The
    /// session, the payment, the customer, the subscription and the wallets are locked; nothing is booked yet.
    /// </summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="payment">The payment; its card is the one that paid.</param>
    /// <param name="at">The merchant's time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task PaidAsync(NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken);
}
