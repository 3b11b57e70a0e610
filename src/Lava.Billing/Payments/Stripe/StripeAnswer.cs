using System.Text.Json;

namespace Lava.Billing.Payments.Stripe;

/// <summary>What Stripe answered: an object, or why there is none.</summary>
/// <param name="Body">The object; with a failure undefined, or the object that it is about.</param>
/// <param name="Failure">Null: it was done.</param>
public readonly record struct StripeAnswer(JsonElement Body, StripeFailure? Failure)
{
    /// <summary>Without the body, which holds client secrets.</summary>
    public override string ToString() => Failure?.ToString() ?? "StripeAnswer";

    /// <summary>The object.</summary>
    /// <exception cref="ProviderUnavailableException">There may be one later.</exception>
    /// <exception cref="ProviderRefusedException">There will never be one.</exception>
    public JsonElement OrThrow() => Failure switch
    {
        null => Body,
        { MayPass: true } or { IsOfKeys: true } => throw new ProviderUnavailableException(Failure.Name),
        _ => throw new ProviderRefusedException(Failure.Name),
    };
}
