using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Limits;
using Lava.Gateway.Responses;
using Lava.Gateway.Signals;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Reservation;

/// <summary>
/// Steps 5 and 6: the most that the call can use and cost, held: of hard limits first, then in the wallet. Where policy asks for it, the
/// body is edited to what was held.
/// </summary>
internal sealed class CallReservation(Settlement settlement, GatewayParts parts)
{
    private readonly GatewayOptions _options = parts.Options;

    /// <summary>Estimates, holds, edits the body.</summary>
    public GatewayOutcome Reserve(GatewayCall call)
    {
        if (call.Http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more: the provider is not asked.
            return GatewayOutcome.DownstreamAborted;
        }

        if (call.Price is not { } price || call.Job is not null)
        {
            // Free: no money to hold, recorded all the same. Or a job that was paid for by what was left when it began: it has run.
            return !settlement.Admits ? GatewayOutcome.JournalUnavailable
                : call.Job is null ? HoldLimits(call, LimitUse.OneRequest)
                : GatewayOutcome.Ok;
        }

        if (call.IsWebSocket)
        {
            return ReserveTurn(call, CallEstimate.OfTurn(price));
        }

        var cap = CanEdit(call) ? _options.MaxOutputTokens : null;
        long? lowered = cap is { } most && (call.Facts.MaxOutputTokens ?? price.MaxOutput) > most ? most : null;
        call.Estimate = CallEstimate.Of(call.Target!.Endpoint, call.Facts, call.Body.Length, price, cap);
        foreach (var (_, other) in call.OtherModels)
        {
            call.Estimate = other is null
                ? call.Estimate
                : call.Estimate.Or(CallEstimate.Of(call.Target.Endpoint, call.Facts, call.Body.Length, other, cap));
        }

        if (!TryOpenMeter(call, out var meter, out var before))
        {
            return GatewayOutcome.Overloaded;
        }

        var isKnown = call.Facts.MaxOutputTokens is not null || cap is not null || price.MaxOutput == 0;
        var outcome = Hold(call, isKnown ? Most(call.Estimate) : CallEstimate.Tokens(call.Body.Length), meter, before);
        if (outcome == GatewayOutcome.InsufficientCredit && _options.OnShortfall == ShortfallPolicy.Clamp && CanEdit(call)
            && call.OtherModels.Length == 0)
        {
            outcome = ReserveLess(call, price, meter, before, ref lowered);
        }

        if (outcome == GatewayOutcome.Ok)
        {
            return Edit(call, lowered);
        }

        call.Limits?.Release();
        return Tell(call, outcome);
    }

    /// <summary>May the body be changed? Never one that is signed, and only where it is known what would limit its output.</summary>
    private static bool CanEdit(GatewayCall call) =>
        !call.IsSigned && RequestEditor.CanLimit(call.Target!.Endpoint.Format, call.Facts);

    /// <summary>Holds for one turn of a session, whose limits no body tells and nobody can lower.</summary>
    public GatewayOutcome ReserveTurn(GatewayCall call, CallEstimate estimate)
    {
        call.Estimate = estimate;
        if (!TryOpenMeter(call, out var meter, out var before))
        {
            return GatewayOutcome.Overloaded;
        }

        // What the next turn uses nobody says: its tokens count from its end.
        var outcome = Hold(call, 0, meter, before);
        if (outcome == GatewayOutcome.Ok)
        {
            return outcome;
        }

        call.Limits?.Release();
        return Tell(call, outcome);
    }

    /// <summary>The most tokens of a call whose request bounds its output.</summary>
    private static long Most(in CallEstimate estimate) => estimate.InputTokens + estimate.OutputTokens;

    /// <summary>Holds of the limits, then in the wallet; what is left held where the wallet refuses is the caller's to give back.</summary>
    private GatewayOutcome Hold(GatewayCall call, long tokens, Meter? meter, long before)
    {
        var amount = HoldEstimate.Highest(call.Price, meter, call.Estimate.Bounds(meter), before);
        foreach (var (_, other) in call.OtherModels)
        {
            amount = other is null ? amount : Money.Max(amount, HoldEstimate.Highest(other, meter, call.Estimate.Bounds(meter), before));
        }

        var outcome = HoldLimits(call, new LimitUse(1, tokens, amount.Units));
        return outcome == GatewayOutcome.Ok ? settlement.Reserve(call, amount) : outcome;
    }

    private GatewayOutcome HoldLimits(GatewayCall call, in LimitUse most)
    {
        if (parts.Limits.Hold(call, most) is not { } refused)
        {
            return GatewayOutcome.Ok;
        }

        call.RefusedLimit = refused;
        var start = LimitPeriod.MidnightOf(refused.WindowStart) - DateTimeOffset.UnixEpoch;
        var wallet = call.Identity.Customer is { } customer && customer.Id == refused.Subject
            ? customer.WalletId
            : call.Identity.Merchant.WalletId;
        parts.Signals.LimitReached(new LimitNotice(refused.Subject, wallet, refused.Limit, start.Ticks / TimeSpan.TicksPerMicrosecond));
        return refused.Limit.Unit switch
        {
            LimitUnit.Tokens => GatewayOutcome.TokenLimitReached,
            LimitUnit.Requests => GatewayOutcome.RequestLimitReached,
            _ => GatewayOutcome.SpendLimitReached,
        };
    }

    /// <summary>
    /// Lets billing know of a call that overage or top-up might have paid: at once, for what is left may never reach zero.
    /// </summary>
    private GatewayOutcome Tell(GatewayCall call, GatewayOutcome outcome)
    {
        if (outcome == GatewayOutcome.InsufficientCredit && call.Identity.Customer?.Overage is not null)
        {
            parts.Signals.Short(call.Record.WalletId);
        }

        return outcome;
    }

    private bool TryOpenMeter(GatewayCall call, out Meter? meter, out long before)
    {
        meter = call.Record.Billed ? call.Meter : null;
        before = 0;
        return meter is null || parts.Positions.TryOpen(call.Record.CustomerId!.Value, meter.Id, call.Record.CycleStart, out before);
    }

    /// <summary>Holds for the largest output that the wallet can pay, if it is one token at least.</summary>
    private GatewayOutcome ReserveLess(GatewayCall call, ModelPrice price, Meter? meter, long before, ref long? lowered)
    {
        var bounds = call.Estimate.Bounds(meter);
        var choices = call.Facts.Choices;
        if (!HoldEstimate.TryLargestOutput(call.Balance.Available, price, meter, bounds, before, out var output) || output / choices == 0)
        {
            return GatewayOutcome.InsufficientCredit;
        }

        lowered = output / choices;
        call.Estimate = call.Estimate with { OutputTokens = lowered.Value * choices };
        var amount = HoldEstimate.Highest(price, meter, call.Estimate.Bounds(meter), before);
        call.Limits?.Lower(new LimitUse(1, Most(call.Estimate), amount.Units));
        return settlement.Reserve(call, amount);
    }

    /// <summary>Asks for usage in an OpenAI stream, and writes a lowered maximum into the body; every other byte stays.</summary>
    private static GatewayOutcome Edit(GatewayCall call, long? lowered)
    {
        var endpoint = call.Target!.Endpoint;
        call.UsageInjected = endpoint is { Format: ApiFormat.OpenAiChat, IncludeUsage: true }
            && call.Facts is { Stream: true, HasIncludeUsage: false } && !call.IsSigned;
        if (!call.UsageInjected && lowered is null && call.ModelPrefix == 0)
        {
            return GatewayOutcome.Ok;
        }

        var isLegacy = endpoint.Format == ApiFormat.OpenAiChat && !endpoint.Path.EndsWith("/chat/completions", StringComparison.Ordinal);
        var edit = new RequestEdit(call.UsageInjected, lowered, isLegacy, call.ModelPrefix);
        if (!call.Body.TryRent(call.Body.Length + RequestEditor.GrowthMax, out var buffer))
        {
            return GatewayOutcome.Overloaded;
        }

        var length = RequestEditor.Write(call.Body.Span, endpoint.Format, call.Facts, edit, buffer);
        call.Body.Replace(buffer, length);
        return GatewayOutcome.Ok;
    }
}
