using System.Globalization;
using Lava.Core;
using Lava.Gateway.Authentication;
using Lava.Gateway.Jobs;
using Lava.Gateway.Limits;
using Lava.Gateway.Realtime;
using Lava.Gateway.Responses;
using Lava.Gateway.Routing;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lava.Gateway;

/// <summary>Steps 1 to 3: what the call is, before any money is touched.</summary>
internal sealed class CallPreparation(GatewayParts parts)
{
    private readonly RateBuckets _rates = new(parts.Time);
    private readonly ModelRouter _router = new(parts.Targets);
    private readonly RewriteRoute _rewrite = new(parts.Targets);

    /// <summary>The route; a provider's name may follow it.</summary>
    public const string ForwardPath = "/v1/forward";

    private const string RequestIdHeader = "x-lava-request-id";

    private static readonly (ErrorCode Code, string Message) TooFast =
        (ErrorCode.RateLimited, "The spend key has made as many requests as its rate limit allows.");

    private static readonly (ErrorCode Code, string Message) PostAlone = (ErrorCode.MethodNotAllowed, "This route takes POST alone.");

    private static readonly (ErrorCode Code, string Message) NoSuchModel = (ErrorCode.ModelNotSupported,
        "No provider here sells this model in this API's form: GET /v1/models lists what there is, and provider/model names a provider.");

    private static readonly (ErrorCode Code, string Message) Signed = (ErrorCode.InvalidRequest,
        "A signature is for one host and path: a signed request names its target, /v1/forward?u=https://...");

    // Per thread, not per call: they are used within one synchronous step, and a stream that is open for minutes keeps none of it.
    [ThreadStatic]
    private static byte[]? _credential;

    [ThreadStatic]
    private static byte[]? _scratch;

    /// <summary>Step 1.</summary>
    public GatewayOutcome Authenticate(GatewayCall call)
    {
        if (call.IsWebSocket)
        {
            RealtimeProtocols.TakeCredential(call.Http.Request.Headers);
        }

        call.Route = DirectRoute.Find(call.Http.Request.Path.Value);
        var credential = _credential ??= new byte[CredentialResolver.MaxBytes];
        var scratch = _scratch ??= new byte[CredentialResolver.ScratchBytes];
        var outcome = CredentialReader.Read(call.Http.Request, credential, out var length, out _);
        if (outcome == AuthenticationOutcome.Ok)
        {
            outcome = parts.Credentials.Resolve(credential.AsSpan(0, length), call.Accounts, call.Pricing, scratch, out call.Identity);
            if (!call.Identity.ProviderKey.IsEmpty)
            {
                call.Identity = call.Identity with { ProviderKey = call.Identity.ProviderKey.ToArray() };
            }
        }

        CredentialResolver.Clear(scratch, length);
        credential.AsSpan(0, length).Clear();
        if (outcome != AuthenticationOutcome.Ok)
        {
            call.Refusal = outcome.ToError();
            return GatewayOutcome.Refused;
        }

        ref readonly var identity = ref call.Identity;
        var merchant = identity.Merchant;
        var record = call.Record;
        record.Id = Ids.New(parts.Time);
        record.RequestId = Ids.Format(IdPrefix.Request, merchant.IsTest, record.Id);
        record.MerchantId = merchant.Id;
        record.CustomerId = identity.Customer?.Id;
        record.MeterId = identity.Meter?.Id;
        record.SpendKeyId = identity.SpendKey?.Id;
        call.Meter = identity.Meter;
        record.Billed = identity.IsBilled;
        record.WalletId = identity.IsBilled ? identity.Customer.WalletId : merchant.WalletId;
        record.PriceVersion = call.Pricing.Prices.Version;
        record.CycleStart = BillingCycle.StartOf(identity.Customer, parts.Time.GetUtcNow());
        call.Http.Response.Headers[RequestIdHeader] = record.RequestId;

        call.Refusal = identity.SpendKey is { } spendKey ? SpendKeyPolicy.RefuseKey(spendKey, record.CreatedAtMicros) : null;
        if (call.Refusal is not null)
        {
            return GatewayOutcome.Refused;
        }

        var unlinked = identity is { Customer: not null, Meter: not null, DisableBilling: false } && !identity.IsBilled;
        return unlinked && merchant.RefuseUnlinkedMeters ? GatewayOutcome.MeterNotInPlan : GatewayOutcome.Ok;
    }

    /// <summary>Step 2; of a direct route only what is known without the model.</summary>
    public GatewayOutcome FindTarget(GatewayCall call)
    {
        if (call.Route is not null)
        {
            return IsPost(call) && TakesRate(call) ? ReadMetadata(call) : GatewayOutcome.Refused;
        }

        if (!TryFindTarget(call, out var target))
        {
            return GatewayOutcome.Refused;
        }

        SetTarget(call, target!);
        if (!TakesRate(call))
        {
            return GatewayOutcome.Refused;
        }

        if (target!.Endpoint.WebSocket != call.IsWebSocket)
        {
            return RealtimeHandshake.Refuse(call);
        }

        var outcome = ReadMetadata(call);
        return outcome == GatewayOutcome.Ok ? KeyChoice.Choose(call, parts.ProviderKeys) : outcome;
    }

    /// <summary>Step 2 of a direct route, whose body has been read: the model's provider, and the key for it.</summary>
    public GatewayOutcome RouteModel(GatewayCall call)
    {
        if (call.Route is not { } route)
        {
            return GatewayOutcome.Ok;
        }

        Span<byte> scratch = stackalloc byte[RequestPeek.ModelBytesMax];
        var model = call.Facts.GetModel(call.Body.Span, scratch);
        if (model.IsEmpty)
        {
            return GatewayOutcome.ModelMissing;
        }

        var routes = _router.Find(route, model, call.Pricing.Prices);
        if (routes.Length == 0)
        {
            call.Refusal = NoSuchModel;
            return GatewayOutcome.Refused;
        }

        var chosen = ModelChoice.Choose(call, model, routes, parts.ProviderKeys);
        if (chosen.Prefix > 0 && call.Facts.ModelHasEscapes)
        {
            call.Detail = "The model's name has escapes: write it plainly.";
            return GatewayOutcome.BodyMalformed;
        }

        SetTarget(call, chosen.Target);
        call.ModelPrefix = chosen.Prefix;
        call.Facts = call.Facts.WithoutModelPrefix(chosen.Prefix);
        var outcome = KeyChoice.Choose(call, parts.ProviderKeys);
        if (outcome == GatewayOutcome.Ok && call.IsSigned)
        {
            call.Refusal = Signed;
            return GatewayOutcome.Refused;
        }

        return outcome;
    }

    /// <summary>The whole body: the fields that decide the price may stand at its end.</summary>
    public ValueTask<GatewayOutcome> ReadBodyAsync(GatewayCall call) =>
        call.Body.ReadAsync(
        call.Http.Request.BodyReader, call.Http.Request.ContentLength, parts.Options.MaxBodyBytes, call.Cancellation);

    /// <summary>Step 3.</summary>
    public GatewayOutcome Peek(GatewayCall call)
    {
        var endpoint = call.Route?.Endpoint ?? call.Target!.Endpoint;
        if (!endpoint.IsMetered || call.IsWebSocket)
        {
            return GatewayOutcome.Ok;
        }

        var outcome = RequestReading.Read(endpoint, call.Body.Span, call.Http.Request.ContentType, out call.Facts);
        if (outcome != PeekOutcome.Ok)
        {
            call.Detail = PeekMessages.Of(outcome, call.Facts);
            return GatewayOutcome.BodyMalformed;
        }

        call.Record.Streamed = endpoint.Streams || call.Facts.Stream;
        return GatewayOutcome.Ok;
    }

    /// <summary>Is the spend key not too fast? A job is one request, however often it is asked for while it is open.</summary>
    private bool TakesRate(GatewayCall call)
    {
        if (call.Identity.SpendKey is not { RatePerMinute: > 0 } key
            || (call.Target?.Endpoint.Job == JobRole.Result && parts.Jobs.TryFind(JobKey.Of(call), out _))
            || _rates.TryTake(key, out var seconds))
        {
            return true;
        }

        call.Refusal = TooFast;
        call.Http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return false;
    }

    private static bool IsPost(GatewayCall call)
    {
        if (!call.IsWebSocket && HttpMethods.IsPost(call.Http.Request.Method))
        {
            return true;
        }

        call.Refusal = PostAlone;
        call.Http.Response.Headers.Allow = HttpMethods.Post;
        return false;
    }

    private bool TryFindTarget(GatewayCall call, out Target? target)
    {
        var request = call.Http.Request;
        if (request.Path.StartsWithSegments(RewriteRoute.Prefix))
        {
            target = null;
            if (IsPost(call))
            {
                target = _rewrite.Find(RawPath(request), request.QueryString.Value, out var refusal);
                call.Refusal = refusal;
            }

            return target is not null;
        }

        var method = call.IsWebSocket ? HttpMethods.Get : request.Method;
        var outcome = parts.Targets.Parse(method, Route(request.Path.Value), request.QueryString.Value, out target);
        call.Refusal = outcome == TargetOutcome.Ok ? null : outcome.ToError();
        return outcome == TargetOutcome.Ok;
    }

    private static void SetTarget(GatewayCall call, Target target)
    {
        call.Target = target;
        call.Record.Provider = target.Provider.Name;
        call.Record.Endpoint = target.Display;
    }

    private static GatewayOutcome ReadMetadata(GatewayCall call)
    {
        if (!RequestMetadata.TryRead(call.Http.Request, out var metadata, out var problem))
        {
            call.Detail = problem;
            return GatewayOutcome.MetadataMalformed;
        }

        call.Record.Metadata = metadata;
        return GatewayOutcome.Ok;
    }

    /// <summary>The path as it was sent: the target in it must not be decoded twice.</summary>
    private static ReadOnlySpan<char> RawPath(HttpRequest request)
    {
        var raw = (request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget).AsSpan();
        var mark = raw.IndexOf('?');
        raw = mark < 0 ? raw : raw[..mark];
        return raw.StartsWith(RewriteRoute.Prefix, StringComparison.OrdinalIgnoreCase) ? raw : request.Path.Value;
    }

    /// <summary>What stands after <see cref="ForwardPath"/>.</summary>
    private static ReadOnlySpan<char> Route(string? path) =>
        path is null || path.Length <= ForwardPath.Length + 1 ? default : path.AsSpan(ForwardPath.Length + 1);
}
