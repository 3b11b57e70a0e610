using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Gateway.Jobs;
using Lava.Gateway.Realtime;
using Lava.Gateway.Relay;
using Lava.Gateway.Reservation;
using Lava.Gateway.Responses;
using Lava.Gateway.Routing;
using Lava.Gateway.Signals;
using Lava.Metering.Pricing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lava.Gateway;

/// <summary>
/// A call from its token to its record, in one method. The steps:
/// <code>
///  1 authenticate   credential → merchant, customer?, meter?, provider key?
///  2 target         ?u=… → provider, endpoint, format; on a direct route the model tells them, after 3
///  3 peek           the body: model, stream, largest output
///  4 price          the model's and the meter's, from one snapshot; may the spend key call it?
///  5 estimate       the most that the call can cost
///  6 reserve        out of the wallet, in memory; RESERVE to the journal
///  7 forward        to the provider
///  8 relay, scan    its answer to the client, observed as it passes
///  9 charge         what was used, at the meter's price
/// 10 record         SETTLE to the journal, durable before the answer's last bytes
/// 11 settle         the wallet: take the charge, return the rest
/// </code>
/// Steps 9 to 11 run for every end of a call that was reserved.
/// </summary>
public sealed partial class GatewayPipeline : IDisposable
{
    /// <summary>The route that names its target; a provider's name may follow it.</summary>
    public const string Path = CallPreparation.ForwardPath;

    private readonly CallWatch _watch;
    private readonly CallPool _calls;
    private readonly Snapshot<AccountSnapshot> _accounts;
    private readonly Snapshot<PricingSnapshot> _pricing;
    private readonly GatewayOptions _options;
    private readonly CallPreparation _preparation;
    private readonly PriceChoice _price;
    private readonly JobFollowUp _followUp;
    private readonly JobIndex _jobs;
    private readonly CallReservation _reservation;
    private readonly UpstreamForwarder _forwarder;
    private readonly ResponseRelay _relay;
    private readonly Settlement _settlement;
    private readonly CallEnding _ending;
    private readonly RealtimeHandler _realtime;
    private readonly GatewayMetrics _metrics;
    private readonly IGatewaySignals _signals;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private bool _isStopping;

    /// <summary>Composes the pipeline.</summary>
    public GatewayPipeline(GatewayParts parts)
    {
        _accounts = parts.Accounts;
        _pricing = parts.Pricing;
        _options = parts.Options;
        _metrics = parts.Metrics;
        _signals = parts.Signals;
        _logger = parts.Logger;
        _time = parts.Time;
        _watch = new CallWatch(parts.Time);
        var bodies = new BodyBudget(parts.Options.BodiesInFlightBytes);
        _calls = new CallPool(() => new GatewayCall(parts.Time, bodies), _watch);
        var names = new ModelNames();
        _settlement = new Settlement(parts.Wallets, parts.Journal, new CallPricing(parts.Positions), parts.Limits, parts.Metrics);
        _preparation = new CallPreparation(parts);
        _price = new PriceChoice(parts, names);
        _followUp = new JobFollowUp(parts);
        _jobs = parts.Jobs;
        _reservation = new CallReservation(_settlement, parts);
        _forwarder = new UpstreamForwarder(parts, bodies);
        var answers = new AnswerReader(names);
        _ending = new CallEnding(_settlement, answers, new JobBilling(parts.Jobs));
        _realtime = new RealtimeHandler(
            parts, _reservation, _settlement, names, () => new GatewayCall(parts.Time, bodies));
        _relay = new ResponseRelay(parts.Options, _ending, new CallProgress(parts.Options, answers, _settlement), _settlement);
    }

    /// <summary>Calls in flight.</summary>
    public int InFlight => _calls.InFlight;

    /// <summary>Is this a path of its own?</summary>
    public static bool Serves(PathString path) =>
        path.StartsWithSegments(Path) || DirectRoute.Find(path.Value) is not null || path.StartsWithSegments(RewriteRoute.Prefix);

    /// <summary>Serves one call.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        _metrics.Called();
        if (!_calls.TryRent(out var call))
        {
            _metrics.Refuse();
            await ErrorWriter.WriteAsync(http.Response, GatewayOutcome.Overloaded).ConfigureAwait(false);
            return;
        }

        var outcome = GatewayOutcome.Ok;
        var streams = false;
        try
        {
            call.Begin(http, _accounts.Current, _pricing.Current, _options);
            call.IsWebSocket = RealtimeHandshake.IsAskedFor(http);
            if ((outcome = _preparation.Authenticate(call)) == GatewayOutcome.Ok                        // 1
                && (outcome = _preparation.FindTarget(call)) == GatewayOutcome.Ok                       // 2
                && (outcome = await _preparation.ReadBodyAsync(call).ConfigureAwait(false)) == GatewayOutcome.Ok
                && (outcome = _preparation.Peek(call)) == GatewayOutcome.Ok                             // 3
                && (outcome = _preparation.RouteModel(call)) == GatewayOutcome.Ok                       // 2 of a direct route
                && (outcome = _price.Find(call)) == GatewayOutcome.Ok                                   // 4
                && (outcome = SpendKeyPolicy.Check(call)) == GatewayOutcome.Ok
                && (outcome = _reservation.Reserve(call)) == GatewayOutcome.Ok                          // 5, 6
                && (outcome = await _forwarder.SendAsync(call).ConfigureAwait(false)) == GatewayOutcome.Ok)  // 7
            {
                if (streams = call.IsRelayedSession || call.Record.Streamed)
                {
                    _metrics.StreamBegan();
                }

                await (call.IsRelayedSession
                    ? _realtime.RelayAsync(call)                                                        // 8 to 11 for each turn
                    : _relay.RelayAsync(call)).ConfigureAwait(false);                                   // 8; 9 to 11 before its end
            }
            else
            {
                await RefuseAsync(call, outcome).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // A bug, never an expected end.
            LogFailed(_logger, e, call.Record.RequestId);
            await FailAsync(http, call).ConfigureAwait(false);
        }
        finally
        {
            await FinishAsync(call).ConfigureAwait(false);                                              // 9 to 11 for every other end
            _calls.Return(call);
            if (streams)
            {
                _metrics.StreamEnded();
            }
        }
    }

    /// <summary>
    /// At shutdown, when nobody is listening any more: ends the calls that still run and waits until each is settled; false when
    /// <see cref="GatewayLimits.StopWait"/> was not enough.
    /// </summary>
    public async Task<bool> StopAsync()
    {
        Interlocked.Exchange(ref _isStopping, true);
        _realtime.Stop();
        using var tick = new PeriodicTimer(GatewayLimits.StopPoll, _time);
        var end = _time.GetTimestamp() + (long)(GatewayLimits.StopWait.TotalSeconds * _time.TimestampFrequency);
        while (InFlight > 0 && _time.GetTimestamp() < end)
        {
            _watch.ExpireAll();
            await tick.WaitForNextTickAsync().ConfigureAwait(false);
        }

        return InFlight == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _forwarder.Dispose();
    }

    private async ValueTask RefuseAsync(GatewayCall call, GatewayOutcome outcome)
    {
        Refusals.Count(
            _metrics, _signals, call,
            outcome == GatewayOutcome.Refused && call.Refusal is { } refusal ? refusal.Code : GatewayErrors.Code(outcome));
        if (call.Hold.IsHeld || call.Sent)
        {
            await _ending.UnansweredAsync(call, outcome).ConfigureAwait(false);
        }

        // Nothing of it was used, where it was not recorded.
        call.Limits?.Release();
        if (!call.Http.Response.HasStarted)
        {
            await ErrorWriter.WriteAsync(call.Http.Response, outcome, call).ConfigureAwait(false);
        }
    }

    /// <summary>The client must not take what it has for a whole answer.</summary>
    private static async ValueTask FailAsync(HttpContext http, GatewayCall call)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Headers.Clear();
        await ErrorWriter.WriteAsync(http.Response, GatewayOutcome.Failed, call).ConfigureAwait(false);
    }

    /// <summary>Whatever happened: the hold has ended and the objects are clean.</summary>
    private async ValueTask FinishAsync(GatewayCall call)
    {
        try
        {
            // Only after a bug. What was relayed until then is charged, as if upstream had broken off there.
            if (call.Hold.IsHeld && call.Upstream.IsAnswered)
            {
                await _ending.AnsweredAsync(call, CallEnd.Failed).ConfigureAwait(false);
            }
            else if (call.Hold.IsHeld)
            {
                await _ending.UnansweredAsync(call, GatewayOutcome.Failed).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            LogFailed(_logger, e, call.Record.RequestId);
            await _settlement.VoidAsync(call).ConfigureAwait(false);
        }

        try
        {
            await call.Upstream.EndAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailed(_logger, e, call.Record.RequestId);
        }

        call.Limits?.Release();
        call.End();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The call {RequestId} failed inside the gateway.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string requestId);
}
