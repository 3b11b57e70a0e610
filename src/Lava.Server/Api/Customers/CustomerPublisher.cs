using Lava.Billing;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.Customers;

/// <summary>
/// The one place that shows customers to the gateway, as PostgreSQL holds them. In the merchant's gate: of two changes the later one's
/// state would else be overwritten by the earlier one's.
/// </summary>
internal sealed class CustomerPublisher(ManagementDependencies dependencies) : ICustomerChanges
{
    private readonly LimitPublisher _limits = new(dependencies);

    /// <inheritdoc/>
    public async Task RefreshAsync(Guid merchantId, Guid customerId) => await dependencies.Gate.RunAsync(
        merchantId,
        async () =>
        {
            await RefreshHeldAsync(merchantId, customerId);
            return true;
        },
        CancellationToken.None);

    /// <summary>The same for a caller who holds the merchant's gate.</summary>
    public async Task RefreshHeldAsync(Guid merchantId, Guid customerId)
    {
        var record = await dependencies.Stores.Customers.FindAsync(merchantId, customerId, null, CancellationToken.None);
        if (record is null)
        {
            dependencies.Accounts.Swap(accounts => accounts.Without(customerId));
        }
        else
        {
            await PublishAsync(record);
        }
    }

    /// <summary>Publishes a customer just read, for a caller who holds the merchant's gate.</summary>
    public async Task PublishAsync(CustomerRecord record)
    {
        await _limits.OpenAsync(record.Customer.Id, record.Customer.Limits);

        // A customer whom nobody has seen yet has no money: no grant and no call could name them.
        if (!dependencies.Wallets.TryRead(record.Customer.WalletId, out _))
        {
            dependencies.Wallets.Open(record.Customer.WalletId, Money.Zero, Money.Zero);
        }

        dependencies.Accounts.Swap(accounts => accounts.With(record.Customer));
    }
}
