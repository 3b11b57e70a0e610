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

        return call.Identity.Merchant.ProviderKeys.ContainsKey(target.Provider.Name) ? TakeStored(call) : TakeManaged(call, managed);
    }

    /// <summary>Is there a key for this target, whosever it is?</summary>
    public static bool IsAtHand(GatewayCall call, Target target, ManagedProviderKeys managed) =>
        !call.Identity.ProviderKey.IsEmpty
        || CallerAuthorization.IsIn(call.Http.Request.Headers, target.KeyScheme)
        || call.Identity.Merchant.ProviderKeys.ContainsKey(target.Provider.Name)
        || managed.TryFind(target, out _);

    /// <summary>
    /// The choice for a call of the gateway's own that goes on with the work of an earlier one: another account's key would not find it.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="managed">The operator's keys.</param>
    /// <param name="earlier">Whose key the earlier call had.</param>
    public static GatewayOutcome ChooseAgain(GatewayCall call, ManagedProviderKeys managed, ProviderKeyType earlier) => earlier switch
    {
        ProviderKeyType.Stored => TakeStored(call),
        ProviderKeyType.Managed => TakeManaged(call, managed),
        _ => GatewayOutcome.ProviderKeyMissing,
    };

    private static GatewayOutcome TakeStored(GatewayCall call)
    {
        call.Record.ProviderKeyType = ProviderKeyType.Stored;
        if (!call.Identity.Merchant.ProviderKeys.TryGetValue(call.Target!.Provider.Name, out var stored))
        {
            return GatewayOutcome.ProviderKeyMissing;
        }

        call.Identity = call.Identity with { ProviderKey = stored };
        return stored.IsEmpty ? GatewayOutcome.ProviderKeyUnreadable : GatewayOutcome.Ok;
    }

    private static GatewayOutcome TakeManaged(GatewayCall call, ManagedProviderKeys managed)
    {
        call.Record.ProviderKeyType = ProviderKeyType.Managed;
        return managed.TryFind(call.Target!, out _) ? GatewayOutcome.Ok : GatewayOutcome.ProviderKeyMissing;
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
