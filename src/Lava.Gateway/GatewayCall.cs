using System.Diagnostics;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Gateway.Jobs;
using Lava.Gateway.Limits;
using Lava.Gateway.Relay;
using Lava.Gateway.Reservation;
using Lava.Gateway.Routing;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;
using Lava.Wallets;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway;

/// <summary>
/// All state of one call, pooled. One thread of control at a time: the pipeline's; only deadlines are shared, with the watch.
/// </summary>
internal sealed partial class GatewayCall(TimeProvider time, BodyBudget bodies)
{
    private readonly TimeProvider _time = time;
    private CancellationTokenRegistration _abort;
    private TimeSpan _drain;

    public HttpContext Http { get; private set; } = null!;

    /// <summary>Who may call and who can pay, as it was when the call began.</summary>
    public AccountSnapshot Accounts { get; private set; } = AccountSnapshot.Empty;

    /// <summary>Meters and model prices, as they were when the call began.</summary>
    public PricingSnapshot Pricing { get; private set; } = null!;

    public CallIdentity Identity;

    public Target? Target { get; set; }

    /// <summary>The direct route that the call came by: its model decides the target. Null where the caller names the target.</summary>
    public DirectRoute? Route { get; set; }

    /// <summary>Bytes before the model's name in the body that named the provider, and go.</summary>
    public int ModelPrefix { get; set; }

    /// <summary>The caller's own authorization goes to the provider, see <see cref="CallerAuthorization"/>.</summary>
    public bool IsSelfAuthorized { get; set; }

    /// <summary>The caller signed the request with a key of AWS: neither its body nor what is signed may be changed.</summary>
    public bool IsSigned { get; set; }

    public RequestBody Body { get; } = new(bodies);

    public RequestFacts Facts;

    /// <summary>The requested model's price; null where nothing is metered.</summary>
    public ModelPrice? Price { get; set; }

    /// <summary>The models that the body names beside its own, with their prices; null where only a tool calls one that has none.</summary>
    public (string Name, ModelPrice? Price)[] OtherModels { get; set; } = [];

    /// <summary>The meter that prices the call; null without one. A job's own where its end is asked for.</summary>
    public Meter? Meter { get; set; }

    /// <summary>The open job whose end the call asks for.</summary>
    public OpenJob? Job { get; set; }

    /// <summary>What the job that the call began goes on holding in the call's place; null: nothing, or no job began.</summary>
    public JobHold? KeptHold { get; set; }

    /// <summary>What the job held whose end the call has seen, and ends with the call.</summary>
    public JobHold? EndedHold { get; set; }

    public UsageRecord Record { get; } = new();

    public Hold Hold { get; } = new();

    /// <summary>What is held of hard limits; null until the first that holds for a call on this object.</summary>
    public LimitHold? Limits { get; set; }

    /// <summary>For the 429: the hard limit that refused the call.</summary>
    public LimitRefusal? RefusedLimit { get; set; }

    public ResponseScanner Scanner { get; } = new();

    /// <summary>The most that the call can use.</summary>
    public CallEstimate Estimate { get; set; }

    /// <summary>
    /// A usage for a bill without the provider's own figures: likely counts, never more than was reserved for. Tokens only where they have
    /// a price; what else the request counts is in its facts.
    /// </summary>
    /// <param name="textBytes">Bytes of generated text that were seen.</param>
    public Usage EstimatedUsage(long textBytes)
    {
        var usage = new Usage { Certainty = UsageCertainty.Partial };
        if (Price is { ContextWindow: > 0 } price)
        {
            var input = Job is null ? CallEstimate.Tokens(Body.Length) : CallEstimate.Tokens(Job.InputBytes);
            var most = Job is null ? Estimate : new CallEstimate(price.ContextWindow, price.MaxOutput);
            usage.InputTokens = Math.Min(input, most.InputTokens);
            usage.OutputTokens = Math.Min(CallEstimate.Tokens(textBytes), most.OutputTokens);
        }

        return usage;
    }

    /// <summary>The request to the provider and its answer.</summary>
    public UpstreamExchange Upstream { get; } = new();

    /// <summary>Takes the usage that the gateway asked for out of the stream again; made when first needed.</summary>
    public UsageChunkFilter Filter => field ??= new UsageChunkFilter();

    /// <summary>The gateway asked for usage in the stream, and the client did not.</summary>
    public bool UsageInjected { get; set; }

    /// <summary>Set when upstream compressed though not asked.</summary>
    public CompressedTap? Compressed { get; set; }

    /// <summary>Does the client ask for a WebSocket?</summary>
    public bool IsWebSocket { get; set; }

    /// <summary>Has the provider agreed to one?</summary>
    public bool IsRelayedSession => IsWebSocket && Upstream.StatusCode == StatusCodes.Status101SwitchingProtocols;

    /// <summary>Was the request sent to the provider? From then on the call is recorded, whatever comes of it.</summary>
    public bool Sent { get; set; }

    /// <summary>The error for a refused credential or target.</summary>
    public (ErrorCode Code, string Message)? Refusal { get; set; }

    /// <summary>A sentence for the error answer beside the outcome's own.</summary>
    public string? Detail { get; set; }

    /// <summary>For the 402: the wallet as the reservation found it.</summary>
    public WalletBalance Balance { get; set; }

    /// <summary>For the 402: the most that the call can cost.</summary>
    public Money Required { get; set; }

    /// <summary>Timestamp of the call's arrival.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>The gateway's own share of the time so far, in timestamp ticks.</summary>
    public long AddedTicks { get; set; }

    /// <summary>The timestamp from which the journal should hear of the call again; never before its answer's first bytes.</summary>
    public long ProgressDue { get; set; } = long.MaxValue;

    /// <summary>Bytes of the answer's body seen.</summary>
    public long BodyBytes { get; set; }

    /// <summary>Of them those that wait for the settlement, see <see cref="GatewayLimits.AfterLastWordBytes"/>.</summary>
    public long HeldBackBytes { get; set; }

    /// <summary>Did the answer come to its own end, whether or not somebody was there to take it?</summary>
    public bool UpstreamEnded { get; set; }

    /// <summary>Starts a call on this object.</summary>
    public void Begin(HttpContext http, AccountSnapshot accounts, PricingSnapshot pricing, GatewayOptions options)
    {
        Http = http;
        Accounts = accounts;
        Pricing = pricing;
        ArrivedAt = _time.GetTimestamp();
        _drain = options.DrainTimeout;
        BeginDeadlines(options.TotalTimeout);
        Record.CreatedAtMicros = NowMicros();
    }

    /// <summary>From now on a client that goes away only leaves the time to learn what the call must charge.</summary>
    public void WatchDownstream() => _abort = Http.RequestAborted.UnsafeRegister(
        static state =>
        {
            var call = (GatewayCall)state!;
            call.LimitDrain(call._drain);
        },
        this);

    /// <summary>Ends the call, whose exchange with the provider has ended; the object may serve another.</summary>
    public void End()
    {
        _abort.Dispose();
        _abort = default;
        EndDeadlines();
        Body.Return();
        Hold.Clear();
        Debug.Assert(Limits is not { IsEmpty: false }, "A call that has ended holds nothing of its limits.");
        RefusedLimit = null;
        Record.Reset();
        Identity = default;
        Facts = default;
        Http = null!;
        Accounts = AccountSnapshot.Empty;
        Pricing = null!;
        Target = null;
        Route = null;
        ModelPrefix = 0;
        IsSelfAuthorized = false;
        IsSigned = false;
        Price = null;
        Meter = null;
        Job = null;
        KeptHold = null;
        EndedHold = null;
        OtherModels = [];
        Compressed?.Return();
        Compressed = null;
        Estimate = default;
        Detail = null;
        Refusal = null;
        UsageInjected = false;
        Balance = default;
        Required = default;
        AddedTicks = 0;
        ProgressDue = long.MaxValue;
        BodyBytes = 0;
        HeldBackBytes = 0;
        UpstreamEnded = false;
        Sent = false;
        IsWebSocket = false;
    }

    /// <summary>Now, microseconds since 1970 UTC.</summary>
    public long NowMicros() => _time.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond - UnixEpochMicros;

    /// <summary>A timestamp.</summary>
    public long Timestamp() => _time.GetTimestamp();

    /// <summary>A span in timestamp ticks.</summary>
    public long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Microseconds between two timestamps.</summary>
    public long Micros(long ticks) => (long)((Int128)ticks * 1_000_000 / _time.TimestampFrequency);

    private const long UnixEpochMicros = 62_135_596_800_000_000;
}
