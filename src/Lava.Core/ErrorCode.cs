namespace Lava.Core;

/// <summary>An error that a caller may see: its stable code and its HTTP status. All of them stand in this one table.</summary>
/// <param name="Code">Snake case, stable.</param>
/// <param name="Status">HTTP status.</param>
public sealed record ErrorCode(string Code, int Status)
{
    private const int ServiceUnavailable = 503;

    // What lacks now (room, the disk, the database) is mostly back within seconds; a client's own back-off takes over from there.
    private const string SoonSeconds = "1";

    /// <summary>The answer's <c>retry-after</c> header; null where the same request would only fail again.</summary>
    public string? RetryAfter => Status == ServiceUnavailable ? SoonSeconds : null;

    /// <summary>No credential in any of the places it may stand.</summary>
    public static readonly ErrorCode AuthHeaderMissing = new("auth_header_missing", 401);

    /// <summary>A credential that is malformed, unknown or revoked.</summary>
    public static readonly ErrorCode InvalidCredential = new("invalid_credential", 401);

    /// <summary>The request is malformed; the message names the field.</summary>
    public static readonly ErrorCode InvalidRequest = new("invalid_request", 400);

    /// <summary>The request has a field out of range or of the wrong type; the message names it.</summary>
    public static readonly ErrorCode InvalidParameter = new("invalid_parameter", 400);

    /// <summary>The target URL is malformed, not https, or its host is not allowed.</summary>
    public static readonly ErrorCode EndpointNotSupported = new("forward_endpoint_not_supported", 400);

    /// <summary>The body names no model where the endpoint needs one.</summary>
    public static readonly ErrorCode ModelInvalid = new("forward_model_invalid", 400);

    /// <summary>The model has no price: calling it would be free.</summary>
    public static readonly ErrorCode UnpricedModel = new("unpriced_model", 400);

    /// <summary>No provider key: none in the token, none configured.</summary>
    public static readonly ErrorCode ProviderKeyMissing = new("provider_key_missing", 400);

    /// <summary>The merchant's stored provider key was encrypted under another master key.</summary>
    public static readonly ErrorCode ProviderKeyUnreadable = new("provider_key_unreadable", 500);

    /// <summary>The wallet can't pay the most that the call can cost.</summary>
    public static readonly ErrorCode InsufficientCredit = new("insufficient_credit", 402);

    /// <summary>The merchant's own budget is used up.</summary>
    public static readonly ErrorCode BudgetExceeded = new("budget_exceeded", 402);

    /// <summary>The key may not do this.</summary>
    public static readonly ErrorCode Forbidden = new("forbidden", 403);

    /// <summary>The meter is not linked to the customer's plan and the merchant refuses such calls.</summary>
    public static readonly ErrorCode MeterNotInPlan = new("meter_not_in_plan", 403);

    /// <summary>No such resource, or another merchant's.</summary>
    public static readonly ErrorCode NotFound = new("not_found", 404);

    /// <summary>The route exists, but not with this method.</summary>
    public static readonly ErrorCode MethodNotAllowed = new("method_not_allowed", 405);

    /// <summary>The same request id was used with other content.</summary>
    public static readonly ErrorCode RequestConflict = new("request_conflict", 409);

    /// <summary>A unique name is taken.</summary>
    public static readonly ErrorCode Conflict = new("conflict", 409);

    /// <summary>The body is over the limit.</summary>
    public static readonly ErrorCode BodyTooLarge = new("body_too_large", 413);

    /// <summary>The endpoint is a WebSocket: the request must ask for an upgrade.</summary>
    public static readonly ErrorCode UpgradeRequired = new("upgrade_required", 426);

    /// <summary>Too many requests for the key.</summary>
    public static readonly ErrorCode RateLimited = new("rate_limited", 429);

    /// <summary>A hard limit of spend is reached.</summary>
    public static readonly ErrorCode SpendLimitExceeded = new("spend_limit_exceeded", 429);

    /// <summary>A hard limit of requests is reached.</summary>
    public static readonly ErrorCode RequestLimitExceeded = new("request_limit_exceeded", 429);

    /// <summary>A hard limit of tokens is reached.</summary>
    public static readonly ErrorCode TokenLimitExceeded = new("token_limit_exceeded", 429);

    /// <summary>The spend key is paused.</summary>
    public static readonly ErrorCode SpendKeyPaused = new("spend_key_paused", 403);

    /// <summary>The spend key has expired.</summary>
    public static readonly ErrorCode SpendKeyExpired = new("spend_key_expired", 403);

    /// <summary>The spend key is for another API shape.</summary>
    public static readonly ErrorCode RequestShapeMismatch = new("request_shape_mismatch", 403);

    /// <summary>The spend key may not call this model.</summary>
    public static readonly ErrorCode ModelNotAllowed = new("model_not_allowed", 403);

    /// <summary>The spend key may not call this provider.</summary>
    public static readonly ErrorCode ProviderNotAllowed = new("provider_not_allowed", 403);

    /// <summary>No provider sells this model in this API's form.</summary>
    public static readonly ErrorCode ModelNotSupported = new("forward_model_not_supported", 400);

    /// <summary>The request would have to be translated between two providers' forms.</summary>
    public static readonly ErrorCode RewriteNotSupported = new("rewrite_not_supported", 400);

    /// <summary>It costs money, and there is no card to charge.</summary>
    public static readonly ErrorCode PaymentRequired = new("payment_required", 402);

    /// <summary>The card was declined.</summary>
    public static readonly ErrorCode PaymentDeclined = new("payment_declined", 402);

    /// <summary>The server has no provider that could take this payment, or none that sends codes.</summary>
    public static readonly ErrorCode CheckoutUnavailable = new("checkout_unavailable", 400);

    /// <summary>A person must look at the payment first.</summary>
    public static readonly ErrorCode PaymentInReview = new("payment_in_review", 409);

    /// <summary>A payment provider's message without its signature.</summary>
    public static readonly ErrorCode InvalidSignature = new("invalid_signature", 400);

    /// <summary>A payment provider's message that was signed too long ago, or in the future.</summary>
    public static readonly ErrorCode TimestampOutOfTolerance = new("timestamp_out_of_tolerance", 400);

    /// <summary>A fault of this server.</summary>
    public static readonly ErrorCode Internal = new("internal_error", 500);

    /// <summary>The provider could not be reached, or broke the connection before it answered.</summary>
    public static readonly ErrorCode UpstreamUnreachable = new("upstream_unreachable", 502);

    /// <summary>The journal is full or failed: no call may start.</summary>
    public static readonly ErrorCode JournalUnavailable = new("journal_unavailable", 503);

    /// <summary>PostgreSQL is away; the answer needs it.</summary>
    public static readonly ErrorCode StoreUnavailable = new("store_unavailable", 503);

    /// <summary>Too many calls at once.</summary>
    public static readonly ErrorCode Overloaded = new("overloaded", 503);

    /// <summary>The provider did not answer within the time limit.</summary>
    public static readonly ErrorCode UpstreamTimeout = new("upstream_timeout", 504);
}
