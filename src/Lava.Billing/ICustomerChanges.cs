namespace Lava.Billing;

/// <summary>
/// Shows the gateway a customer as PostgreSQL holds it now; billing calls it after each change of a plan, a cycle or a limit.
/// </summary>
public interface ICustomerChanges
{
    /// <summary>Reads the customer again and publishes it; one that is deleted goes.</summary>
    Task RefreshAsync(Guid merchantId, Guid customerId);
}
