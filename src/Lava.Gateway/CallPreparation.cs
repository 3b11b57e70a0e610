using Lava.Core;
using Lava.Gateway.Authentication;
using Lava.Gateway.Realtime;
using Lava.Gateway.Responses;
using Lava.Gateway.Upstreams;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway;

/// <summary>Steps 1 to 3: what the call is, before any money is touched.</summary>
internal sealed class CallPreparation(GatewayParts parts)
{
    /// <summary>The route; a provider's name may follow it.</summary>
    public const string ForwardPath = "/v1/forward";

    private const string RequestIdHeader = "x-lava-request-id";

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
        call.Meter = identity.Meter;
        record.Billed = identity.IsBilled;
        record.WalletId = identity.IsBilled ? identity.Customer.WalletId : merchant.WalletId;
        record.PriceVersion = call.Pricing.Prices.Version;
        record.CycleStart = BillingCycle.StartOf(identity.Customer, parts.Time.GetUtcNow());
        call.Http.Response.Headers[RequestIdHeader] = record.RequestId;

        var unlinked = identity is { Customer: not null, Meter: not null, DisableBilling: false } && !identity.IsBilled;
        return unlinked && merchant.RefuseUnlinkedMeters ? GatewayOutcome.MeterNotInPlan : GatewayOutcome.Ok;
    }

    /// <summary>Step 2.</summary>
    public GatewayOutcome FindTarget(GatewayCall call)
    {
        var request = call.Http.Request;
        var method = call.IsWebSocket ? HttpMethods.Get : request.Method;
        var outcome = parts.Targets.Parse(method, Route(request.Path.Value), request.QueryString.Value, out var target);
        if (outcome != TargetOutcome.Ok)
        {
            call.Refusal = outcome.ToError();
            return GatewayOutcome.Refused;
        }

        call.Target = target;
        var record = call.Record;
        record.Provider = target!.Provider.Name;
        record.Endpoint = target.Display;
        if (target.Endpoint.WebSocket != call.IsWebSocket)
        {
            return RealtimeHandshake.Refuse(call);
        }

        if (!RequestMetadata.TryRead(request, out var metadata, out var problem))
        {
            call.Detail = problem;
            return GatewayOutcome.MetadataMalformed;
        }

        record.Metadata = metadata;
        return KeyChoice.Choose(call, parts.ProviderKeys);
    }

    /// <summary>The whole body: the fields that decide the price may stand at its end.</summary>
    public ValueTask<GatewayOutcome> ReadBodyAsync(GatewayCall call) =>
        call.Body.ReadAsync(
        call.Http.Request.BodyReader, call.Http.Request.ContentLength, parts.Options.MaxBodyBytes, call.Cancellation);

    /// <summary>Step 3.</summary>
    public GatewayOutcome Peek(GatewayCall call)
    {
        var target = call.Target!;
        if (!target.Endpoint.IsMetered || call.IsWebSocket)
        {
            return GatewayOutcome.Ok;
        }

        var outcome = RequestReading.Read(target.Endpoint, call.Body.Span, call.Http.Request.ContentType, out call.Facts);
        if (outcome != PeekOutcome.Ok)
        {
            call.Detail = PeekMessages.Of(outcome, call.Facts);
            return GatewayOutcome.BodyMalformed;
        }

        call.Record.Streamed = target.Endpoint.Streams || call.Facts.Stream;
        return GatewayOutcome.Ok;
    }

    /// <summary>What stands after <see cref="ForwardPath"/>.</summary>
    private static ReadOnlySpan<char> Route(string? path) =>
        path is null || path.Length <= ForwardPath.Length + 1 ? default : path.AsSpan(ForwardPath.Length + 1);
}
