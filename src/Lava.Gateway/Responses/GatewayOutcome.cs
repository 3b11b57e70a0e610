namespace Lava.Gateway.Responses;

/// <summary>
/// How a step of the pipeline ended, and through which side. Mapped to status, code and message in <see cref="GatewayErrors"/> alone.
/// </summary>
public enum GatewayOutcome
{
    /// <summary>Go on.</summary>
    Ok,

    /// <summary>Too many calls at once.</summary>
    Overloaded,

    /// <summary>The credential or the target is refused; the call's <c>Refusal</c> says with what error.</summary>
    Refused,

    /// <summary>The meter is not in the customer's plan, and the merchant refuses such calls.</summary>
    MeterNotInPlan,

    /// <summary>No provider key in the token, none configured.</summary>
    ProviderKeyMissing,

    /// <summary>The merchant's stored key for the provider is encrypted under another master key.</summary>
    ProviderKeyUnreadable,

    /// <summary>The body is over the limit.</summary>
    BodyTooLarge,

    /// <summary>The body could not be read: the client broke off or sent malformed chunks.</summary>
    BodyUnreadable,

    /// <summary>The body is not what the endpoint takes; <c>Detail</c> says why.</summary>
    BodyMalformed,

    /// <summary>The metadata is malformed or over its limits; <c>Detail</c> says why.</summary>
    MetadataMalformed,

    /// <summary>The body names no model.</summary>
    ModelMissing,

    /// <summary>The model has no price.</summary>
    ModelUnpriced,

    /// <summary>The customer's wallet can't pay.</summary>
    InsufficientCredit,

    /// <summary>The merchant's budget is used up.</summary>
    BudgetExceeded,

    /// <summary>A hard limit of tokens does not leave what the call can use; the call's <c>RefusedLimit</c> says which.</summary>
    TokenLimitReached,

    /// <summary>A hard limit of requests is reached.</summary>
    RequestLimitReached,

    /// <summary>A hard limit of spend does not leave what the call can cost.</summary>
    SpendLimitReached,

    /// <summary>The wallet is missing: a bug, never expected.</summary>
    WalletMissing,

    /// <summary>The journal takes no new call.</summary>
    JournalUnavailable,

    /// <summary>The provider's address is not public, or its name does not resolve.</summary>
    UpstreamRefused,

    /// <summary>The provider could not be reached or broke the connection before its answer.</summary>
    UpstreamUnreachable,

    /// <summary>The provider did not answer in time.</summary>
    UpstreamTimeout,

    /// <summary>The client went away before there was an answer.</summary>
    DownstreamAborted,

    /// <summary>The endpoint is a WebSocket, and the request asks for none.</summary>
    WebSocketRequired,

    /// <summary>The request asks for a WebSocket, and the endpoint is none.</summary>
    WebSocketNotTaken,

    /// <summary>A bug.</summary>
    Failed,
}
