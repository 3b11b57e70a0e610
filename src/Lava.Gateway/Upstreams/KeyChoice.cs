using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Responses;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Whose key the provider gets: the caller's own comes first, in the token or in the provider's own header, then the one that the merchant
/// has stored, then the operator's.
/// </summary>
internal static class KeyChoice
{
    /// <summary>Puts the choice into the call and its record.</summary>
    public static GatewayOutcome Choose(GatewayCall call, ManagedProviderKeys managed)
    {
        var (record, target) = (call.Record, call.Target!);
        record.ProviderKeyType = ProviderKeyType.Unmanaged;
        if (!call.Identity.ProviderKey.IsEmpty)
        {
            return GatewayOutcome.Ok;
        }

        if (CallerAuthorization.IsIn(call.Http.Request.Headers, target.KeyScheme))
        {
            return TakeOwnAuthorization(call, target);
        }

        if (call.Identity.Merchant.ProviderKeys.TryGetValue(target.Provider.Name, out var stored))
        {
            record.ProviderKeyType = ProviderKeyType.Stored;
            call.Identity = call.Identity with { ProviderKey = stored };
            return stored.IsEmpty ? GatewayOutcome.ProviderKeyUnreadable : GatewayOutcome.Ok;
        }

        record.ProviderKeyType = ProviderKeyType.Managed;
        return managed.TryFind(target, out _) ? GatewayOutcome.Ok : GatewayOutcome.ProviderKeyMissing;
    }

    private static GatewayOutcome TakeOwnAuthorization(GatewayCall call, Target target)
    {
        var headers = call.Http.Request.Headers;
        call.IsSelfAuthorized = true;
        call.IsSigned = CallerAuthorization.IsSigned(headers, target.Provider);
        if (!call.IsSigned || CallerAuthorization.IsWhole(headers, out var problem))
        {
            return GatewayOutcome.Ok;
        }

        call.Refusal = (ErrorCode.InvalidRequest, problem is null
            ? "The Authorization header has no SignedHeaders: sign the request for the provider as its SDK does."
            : $"The header {problem} is signed, but it does not go to the provider as it came: leave it out of the signature.");
        return GatewayOutcome.Refused;
    }
}
