using Lava.Core;

namespace Lava.Gateway.Responses;

/// <summary>
/// The one place where an outcome becomes a code, a status and a sentence that names the cure. The tables of refused credentials and
/// targets stand beside their outcomes.
/// </summary>
public static class GatewayErrors
{
    private static readonly Dictionary<GatewayOutcome, (ErrorCode Code, string Message)> Table = new()
    {
        [GatewayOutcome.Overloaded] = (ErrorCode.Overloaded, "Too many calls are in flight. Try again shortly."),
        [GatewayOutcome.MeterNotInPlan] = (ErrorCode.MeterNotInPlan, "The meter is not part of the customer's plan."),
        [GatewayOutcome.ProviderKeyMissing] = (ErrorCode.ProviderKeyMissing,
            "There is no key for this provider: give provider_key in the forward token, store one (PUT /v1/provider_keys/…), "
                + "or configure the provider's key."),
        [GatewayOutcome.ProviderKeyUnreadable] = (ErrorCode.ProviderKeyUnreadable,
            "The key stored for this provider can't be decrypted: store it again, or start the server with the LAVA_MASTER_KEY of then."),
        [GatewayOutcome.BodyTooLarge] = (ErrorCode.BodyTooLarge, "The request body is larger than this gateway takes."),
        [GatewayOutcome.BodyUnreadable] = (ErrorCode.InvalidRequest, "The request body could not be read to its end."),
        [GatewayOutcome.BodyMalformed] = (ErrorCode.InvalidRequest, "The request body is not what the endpoint takes."),
        [GatewayOutcome.MetadataMalformed] = (ErrorCode.InvalidParameter, "The metadata is not valid."),
        [GatewayOutcome.ModelMissing] = (ErrorCode.ModelInvalid, "The request names no model: add \"model\" to the body."),
        [GatewayOutcome.ModelUnpriced] = (ErrorCode.UnpricedModel,
            "The model has no price here: it would be free. Add it to the price file."),
        [GatewayOutcome.InsufficientCredit] = (ErrorCode.InsufficientCredit,
            "The customer's credit does not cover the most this call can cost."),
        [GatewayOutcome.BudgetExceeded] = (ErrorCode.BudgetExceeded, "The merchant's budget does not cover the most this call can cost."),
        [GatewayOutcome.TokenLimitReached] = (ErrorCode.TokenLimitExceeded, "A hard limit of tokens is reached."),
        [GatewayOutcome.RequestLimitReached] = (ErrorCode.RequestLimitExceeded, "A hard limit of requests is reached."),
        [GatewayOutcome.SpendLimitReached] = (ErrorCode.SpendLimitExceeded, "A hard limit of spend is reached."),
        [GatewayOutcome.WalletMissing] = (ErrorCode.Internal, "The wallet is not loaded."),
        [GatewayOutcome.JournalUnavailable] = (ErrorCode.JournalUnavailable, "No new call can be recorded now. Try again shortly."),
        [GatewayOutcome.UpstreamRefused] = (ErrorCode.EndpointNotSupported, "The target's name does not resolve to a public address."),
        [GatewayOutcome.UpstreamUnreachable] = (ErrorCode.UpstreamUnreachable,
            "The provider could not be reached, or broke the connection."),
        [GatewayOutcome.UpstreamTimeout] = (ErrorCode.UpstreamTimeout, "The provider did not answer in time."),
        [GatewayOutcome.WebSocketRequired] = (ErrorCode.UpgradeRequired,
            "This endpoint is a WebSocket: open it with a WebSocket client (ws:// or wss:// to this gateway), not with a plain request."),
        [GatewayOutcome.WebSocketNotTaken] = (ErrorCode.InvalidRequest,
            "This endpoint is no WebSocket: call it with a plain HTTP request."),
        [GatewayOutcome.Failed] = (ErrorCode.Internal, "The gateway failed."),
        [GatewayOutcome.DownstreamAborted] = (ErrorCode.InvalidRequest, "The client closed the connection."),
    };

    /// <summary>The outcome's error code.</summary>
    public static ErrorCode Code(GatewayOutcome outcome) => Table[outcome].Code;

    /// <summary>The outcome's sentence.</summary>
    public static string Message(GatewayOutcome outcome) => Table[outcome].Message;
}
