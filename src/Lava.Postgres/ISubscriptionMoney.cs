using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// What a payment's end means for the subscription that it was for, in the payment's own transaction: payment, customer, subscription and
/// wallets are locked.
/// </summary>
internal interface ISubscriptionMoney
{
    /// <summary>It is paid; the cycle's credit is booked behind this. The subscription that the credit belongs to.</summary>
    Task<Guid?> PaidAsync(NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>A renewal was given up: nobody will pay.</summary>
    Task GivenUpAsync(NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken);
}
