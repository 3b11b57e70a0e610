using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// What a payment's end means for the subscription that it was for, in the payment's own transaction: payment, customer, subscription and
/// wallets are locked.
/// </summary>
internal interface ISubscriptionMoney
{
    /// <summary>A plan is paid: books its cycle and the cycle's credit.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="payment">For a plan, not for credit beside one.</param>
    /// <param name="grantId">The id of the credit's grant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was given; null: nothing was left to begin, and the caller gives what was paid for.</returns>
    Task<Money?> PaidAsync(NpgsqlConnection connection, Payment payment, Guid grantId, CancellationToken cancellationToken);

    /// <summary>A renewal was given up: nobody will pay.</summary>
    Task GivenUpAsync(NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken);
}
