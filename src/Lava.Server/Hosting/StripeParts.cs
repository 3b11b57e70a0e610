using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Postgres;
using Lava.Server.Web;

namespace Lava.Server.Hosting;

/// <summary>What works with an account at Stripe.</summary>
internal sealed partial class StripeParts : IDisposable
{
    /// <summary>Between two rounds: an event that was told is handled so soon.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly StripeOptions _options;
    private readonly IProviderEventStore _events;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly StripeClient _client;
    private readonly StripePayments _payments;
    private bool _isAway;

    public StripeParts(StripeOptions options, IProviderEventStore events, TimeProvider time, ILoggerFactory logging)
    {
        (_options, _events, _time) = (options, events, time);
        _log = logging.CreateLogger<StripeClient>();
        _client = new StripeClient(options, time)
        {
            Failed = failure => LogFailure(
                _log, failure.Status, failure.Type, failure.Code, failure.DeclineCode, failure.Parameter, failure.RequestId),
        };
        _payments = new StripePayments(_client, options);
        Webhook = new StripeWebhook(options, events, time, logging.CreateLogger<StripeWebhook>());
    }

    /// <summary>Takes what Stripe tells.</summary>
    public StripeWebhook Webhook { get; }

    /// <summary>Who takes money: an account's keys are those of test merchants or of live ones; the sandbox is for tests only.</summary>
    public static PaymentProviders Providers(StripeParts? stripe) => stripe switch
    {
        null => new PaymentProviders(new SandboxPayments(), null),
        { _options.IsLive: true } => new PaymentProviders(new SandboxPayments(), stripe._payments),
        _ => new PaymentProviders(stripe._payments, null),
    };

    /// <summary>Handles what Stripe told, and asks for what it could not tell. A silent Stripe delays nothing else.</summary>
    public PeriodicWorker StartRounds(IProviderEventActs acts, ILogger logger)
    {
        var events = new StripeEvents(_events, _client, _payments, acts)
        {
            Failed = (happened, failure) => LogEvent(_log, happened.Kind, happened.Id, Reason(failure)),
        };
        var round = new StripeRound(events, new StripeGap(_events, _client, events, _time), _time);
        return new PeriodicWorker(cancellationToken => RunAsync(round, cancellationToken), Interval, _time, logger, "Stripe");
    }

    // One that is away is told of once, not each second.
    private async Task RunAsync(StripeRound round, CancellationToken cancellationToken)
    {
        try
        {
            await round.RunAsync(cancellationToken);
            _isAway = false;
        }
        catch (Exception away) when (away is StoreUnavailableException or ProviderUnavailableException)
        {
            if (!_isAway)
            {
                LogAway(_log, away.Message);
            }

            _isAway = true;
        }
    }

    // Of other exceptions the kind alone: their texts may repeat what was read.
    private static string Reason(Exception failure) =>
        failure is ProviderRefusedException or ProviderUnavailableException ? failure.Message : failure.GetType().Name;

    public void Dispose() => _client.Dispose();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Stripe did not do what it was asked: status {Status}, {Type} {Code} {DeclineCode} {Parameter}, request {RequestId}")]
    private static partial void LogFailure(
        ILogger logger, int status, string? type, string? code, string? declineCode, string? parameter, string? requestId);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Stripe's event {Kind} {Event} could not be handled, it is tried again: {Reason}")]
    private static partial void LogEvent(ILogger logger, string kind, string @event, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stripe's events wait: {Reason}; trying again each second.")]
    private static partial void LogAway(ILogger logger, string reason);
}
