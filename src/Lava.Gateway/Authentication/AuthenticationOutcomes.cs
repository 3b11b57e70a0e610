using System.Diagnostics;
using Lava.Core;

namespace Lava.Gateway.Authentication;

/// <summary>What a caller is told of each outcome.</summary>
public static class AuthenticationOutcomes
{
    /// <summary>The error and its message, for every outcome but <see cref="AuthenticationOutcome.Ok"/>.</summary>
    public static (ErrorCode Code, string Message) ToError(this AuthenticationOutcome outcome) => outcome switch
    {
        AuthenticationOutcome.Missing => (ErrorCode.AuthHeaderMissing,
            "No credential: send a forward token, a secret key or a spend key as 'Authorization: Bearer ...', x-api-key, x-goog-api-key, "
            + "xi-api-key or ?key=."),
        AuthenticationOutcome.Malformed => (ErrorCode.InvalidCredential,
            "The credential is no secret key (aks_...), no spend key (lava_sk_...) and no forward token (base64 of a JSON object "
            + "with secret_key)."),
        AuthenticationOutcome.SpendKeyInToken => (ErrorCode.InvalidCredential,
            "A forward token needs a secret key (aks_...): send a spend key (lava_sk_...) by itself."),
        AuthenticationOutcome.UnknownSpendKey => (ErrorCode.InvalidCredential, "The spend key is unknown, or was revoked or rotated."),
        AuthenticationOutcome.UnknownKey => (ErrorCode.InvalidCredential, "The secret key is unknown or was revoked."),
        AuthenticationOutcome.UnknownCustomer => (ErrorCode.InvalidCredential, "The forward token names a customer that does not exist."),
        AuthenticationOutcome.UnknownMeter => (ErrorCode.InvalidCredential, "The forward token names a meter that does not exist."),
        AuthenticationOutcome.CustomerWithoutMeter => (ErrorCode.InvalidRequest,
            "The forward token names a customer without a meter: customer_id needs meter_slug."),
        _ => throw new UnreachableException(),
    };
}
