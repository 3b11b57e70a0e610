using System.Text;

namespace Lava.Gateway.Jobs;

/// <summary>Names an asynchronous job of a provider.</summary>
/// <param name="MerchantId">The merchant who had it begun.</param>
/// <param name="Provider">The provider's name in the provider table.</param>
/// <param name="Id">The provider's id of it.</param>
public readonly record struct JobKey(Guid MerchantId, string Provider, string Id)
{
    /// <summary>The job that a call asks for.</summary>
    internal static JobKey Of(GatewayCall call) =>
        new(call.Record.MerchantId, call.Record.Provider, Encoding.UTF8.GetString(call.Target!.JobId.Span));
}
