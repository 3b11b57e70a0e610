using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Responses;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Authentication;

/// <summary>What a spend key may do. Allocates nothing. The case of ASCII letters does not count.</summary>
public static class SpendKeyPolicy
{
    private static readonly (ErrorCode Code, string Message) Paused = (ErrorCode.SpendKeyPaused, "The spend key is paused.");

    private static readonly (ErrorCode Code, string Message) Expired = (ErrorCode.SpendKeyExpired, "The spend key has expired.");

    private static readonly (ErrorCode Code, string Message) Revoked = (ErrorCode.InvalidCredential,
        "The spend key was revoked, or replaced by another.");

    private static readonly (ErrorCode Code, string Message) OpenAiOnly = (ErrorCode.RequestShapeMismatch,
        "The spend key is for requests in OpenAI's form (request_shape), and these are in Anthropic's.");

    private static readonly (ErrorCode Code, string Message) AnthropicOnly = (ErrorCode.RequestShapeMismatch,
        "The spend key is for requests in Anthropic's form (request_shape), and these are not.");

    private static readonly (ErrorCode Code, string Message) ProviderNotAllowed = (ErrorCode.ProviderNotAllowed,
        "The spend key may not call this provider (allowed_providers).");

    private static readonly (ErrorCode Code, string Message) ModelNotAllowed = (ErrorCode.ModelNotAllowed,
        "The spend key may not call this model (allowed_models).");

    /// <summary>May the key call this provider?</summary>
    public static bool AllowsProvider(SpendKey key, string provider)
    {
        if (key.AllowedProviders is not { } allowed)
        {
            return true;
        }

        foreach (var name in allowed)
        {
            if (Ascii.EqualsIgnoreCase(name, provider))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// May the key call this model? By its name in the request or in the price file, or an alias there; or one of them behind "provider/".
    /// </summary>
    public static bool AllowsModel(SpendKey key, string provider, string? model, ModelPrice? price)
    {
        if (key.AllowedModels is not { } allowed)
        {
            return true;
        }

        foreach (var name in allowed)
        {
            if (IsModel(name, provider, model, price))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>May the key call this model, which has no text yet?</summary>
    public static bool AllowsNamed(SpendKey key, string provider, ReadOnlySpan<byte> model, ModelPrice? price)
    {
        foreach (var name in key.AllowedModels ?? [])
        {
            if (Is(name, provider, model))
            {
                return true;
            }
        }

        return AllowsModel(key, provider, null, price);
    }

    /// <summary>Is the key itself good now?</summary>
    internal static (ErrorCode Code, string Message)? RefuseKey(SpendKey key, long nowMicros) =>
        nowMicros >= key.ExpiresAtMicros ? Expired : key.IsPaused ? Paused : null;

    /// <summary>May the key make this call, whose target and price are known? Whatever the credential is.</summary>
    internal static GatewayOutcome Check(GatewayCall call)
    {
        if (call.Identity.SpendKey is not { } key)
        {
            return GatewayOutcome.Ok;
        }

        call.Refusal = Refuse(key, call);
        return call.Refusal is null ? GatewayOutcome.Ok : GatewayOutcome.Refused;
    }

    /// <summary>
    /// Asks again for a session that goes on: may the key, as it is now, have another turn? What it allows today holds for that turn.
    /// </summary>
    internal static GatewayOutcome CheckAgain(GatewayCall call, AccountSnapshot accounts)
    {
        if (call.Identity.SpendKey is not { } begun)
        {
            return GatewayOutcome.Ok;
        }

        if (!accounts.SpendKeys.TryGetValue(begun.Digest, out var key))
        {
            call.Refusal = Revoked;
            return GatewayOutcome.Refused;
        }

        call.Identity = call.Identity with { SpendKey = key };
        call.Refusal = RefuseKey(key, call.NowMicros()) ?? Refuse(key, call);
        return call.Refusal is null ? GatewayOutcome.Ok : GatewayOutcome.Refused;
    }

    private static (ErrorCode Code, string Message)? Refuse(SpendKey key, GatewayCall call)
    {
        var (provider, format) = (call.Target!.Provider.Name, call.Target.Endpoint.Format);
        if (format != ApiFormat.None && (format == ApiFormat.AnthropicMessages) != (key.Shape == RequestShape.Anthropic))
        {
            return key.Shape == RequestShape.Anthropic ? AnthropicOnly : OpenAiOnly;
        }

        if (!AllowsProvider(key, provider))
        {
            return ProviderNotAllowed;
        }

        // What is not metered has no model.
        if (call.Price is not null && !AllowsModel(key, provider, call.Record.Model, call.Price))
        {
            return ModelNotAllowed;
        }

        foreach (var other in call.OtherModels)
        {
            if (!AllowsModel(key, provider, other.Name, other.Price))
            {
                return (ErrorCode.ModelNotAllowed, $"The spend key may not call the model {other.Name} (allowed_models).");
            }
        }

        return null;
    }

    private static bool IsModel(ReadOnlySpan<byte> name, string provider, string? model, ModelPrice? price)
    {
        if (Is(name, provider, model) || Is(name, provider, price?.Model))
        {
            return true;
        }

        foreach (var alias in price?.Aliases ?? [])
        {
            if (Is(name, provider, alias))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<byte> name, string provider, ReadOnlySpan<byte> model) =>
        Ascii.EqualsIgnoreCase(name, model)
        || (name.Length == provider.Length + 1 + model.Length && name[provider.Length] == '/'
            && Ascii.EqualsIgnoreCase(name[..provider.Length], provider)
            && Ascii.EqualsIgnoreCase(name[(provider.Length + 1)..], model));

    private static bool Is(ReadOnlySpan<byte> name, string provider, string? model) =>
        model is not null
        && (Ascii.EqualsIgnoreCase(name, model)
            || (name.Length == provider.Length + 1 + model.Length && name[provider.Length] == '/'
                && Ascii.EqualsIgnoreCase(name[..provider.Length], provider)
                && Ascii.EqualsIgnoreCase(name[(provider.Length + 1)..], model)));
}
