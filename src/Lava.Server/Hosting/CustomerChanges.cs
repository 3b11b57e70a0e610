using Lava.Billing;

namespace Lava.Server.Hosting;

/// <summary>Billing's way to the publisher of customers, which is made of the API's parts, of which billing is one.</summary>
internal sealed class CustomerChanges : ICustomerChanges
{
    /// <summary>Set before the first round and the first call.</summary>
    public ICustomerChanges? Publisher { get; set; }

    /// <inheritdoc/>
    public Task RefreshAsync(Guid merchantId, Guid customerId) => Publisher!.RefreshAsync(merchantId, customerId);
}
