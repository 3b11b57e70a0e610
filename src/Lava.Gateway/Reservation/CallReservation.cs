using Lava.Gateway.Responses;
using Lava.Gateway.Signals;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;
using Lava.Metering;

namespace Lava.Gateway.Reservation;

/// <summary>Steps 5 and 6: the most that the call can cost, held. Where policy asks for it, the body is edited to what was held.</summary>
internal sealed class CallReservation(Settlement settlement, MeterPositions positions, GatewayOptions options, IGatewaySignals signals)
{
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
            // Free: nothing to hold, recorded all the same. Or a job that was paid for by what was left when it began: it has run.
            return settlement.Admits ? GatewayOutcome.Ok : GatewayOutcome.JournalUnavailable;
        }

        if (call.IsWebSocket)
        {
            return ReserveTurn(call, CallEstimate.OfTurn(price));
        }

        var cap = CanEdit(call) ? options.MaxOutputTokens : null;
        long? lowered = cap is { } most && (call.Facts.MaxOutputTokens ?? price.MaxOutput) > most ? most : null;
        call.Estimate = CallEstimate.Of(call.Target!.Endpoint, call.Facts, call.Body.Length, price, cap);
        if (!TryOpenMeter(call, out var meter, out var before))
        {
            return GatewayOutcome.Overloaded;
        }

        var outcome = settlement.Reserve(call, HoldEstimate.Highest(price, meter, call.Estimate.Bounds(meter), before));
        if (outcome == GatewayOutcome.InsufficientCredit && options.OnShortfall == ShortfallPolicy.Clamp && CanEdit(call))
        {
            outcome = ReserveLess(call, price, meter, before, ref lowered);
        }

        return outcome == GatewayOutcome.Ok ? Edit(call, lowered) : Tell(call, outcome);
    }

    /// <summary>May the body be changed? Never one that is signed, and only where it is known what would limit its output.</summary>
    private static bool CanEdit(GatewayCall call) =>
        !call.IsSigned && RequestEditor.CanLimit(call.Target!.Endpoint.Format, call.Facts);

    /// <summary>Holds for one turn of a session, whose limits no body tells and nobody can lower.</summary>
    public GatewayOutcome ReserveTurn(GatewayCall call, CallEstimate estimate)
    {
        call.Estimate = estimate;
        return TryOpenMeter(call, out var meter, out var before)
            ? Tell(call, settlement.Reserve(call, HoldEstimate.Highest(call.Price, meter, estimate.Bounds(meter), before)))
            : GatewayOutcome.Overloaded;
    }

    /// <summary>
    /// Lets billing know of a call that overage or top-up might have paid: at once, for what is left may never reach zero.
    /// </summary>
    private GatewayOutcome Tell(GatewayCall call, GatewayOutcome outcome)
    {
        if (outcome == GatewayOutcome.InsufficientCredit && call.Identity.Customer?.Overage is not null)
        {
            signals.Short(call.Record.WalletId);
        }

        return outcome;
    }

    private bool TryOpenMeter(GatewayCall call, out Meter? meter, out long before)
    {
        meter = call.Record.Billed ? call.Meter : null;
        before = 0;
        return meter is null || positions.TryOpen(call.Record.CustomerId!.Value, meter.Id, call.Record.CycleStart, out before);
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
        return settlement.Reserve(call, HoldEstimate.Highest(price, meter, call.Estimate.Bounds(meter), before));
    }

    /// <summary>Asks for usage in an OpenAI stream, and writes a lowered maximum into the body; every other byte stays.</summary>
    private static GatewayOutcome Edit(GatewayCall call, long? lowered)
    {
        var endpoint = call.Target!.Endpoint;
        call.UsageInjected = endpoint is { Format: ApiFormat.OpenAiChat, IncludeUsage: true }
            && call.Facts is { Stream: true, HasIncludeUsage: false } && !call.IsSigned;
        if (!call.UsageInjected && lowered is null)
        {
            return GatewayOutcome.Ok;
        }

        var isLegacy = endpoint.Format == ApiFormat.OpenAiChat && !endpoint.Path.EndsWith("/chat/completions", StringComparison.Ordinal);
        var edit = new RequestEdit(call.UsageInjected, lowered, isLegacy);
        if (!call.Body.TryRent(call.Body.Length + RequestEditor.GrowthMax, out var buffer))
        {
            return GatewayOutcome.Overloaded;
        }

        var length = RequestEditor.Write(call.Body.Span, endpoint.Format, call.Facts, edit, buffer);
        call.Body.Replace(buffer, length);
        return GatewayOutcome.Ok;
    }
}
