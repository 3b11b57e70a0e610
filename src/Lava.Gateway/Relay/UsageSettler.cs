using System.Text;
using Lava.Gateway.Reservation;
using Lava.Metering;

namespace Lava.Gateway.Relay;

/// <summary>What a finished, cut or failed answer means for the bill. Exact usage counts as it is; what is missing is estimated, never free.</summary>
internal sealed class UsageSettler(Settlement settlement, ModelNames names)
{
    /// <summary>Concludes from what the scanner saw, then settles; nothing on a second call.</summary>
    public ValueTask SettleAsync(GatewayCall call, ResponseRelay.End end)
    {
        if (call.Hold.IsEnded)
        {
            return ValueTask.CompletedTask;
        }

        Conclude(call, end);
        return settlement.SettleAsync(call);
    }

    private void Conclude(GatewayCall call, ResponseRelay.End end)
    {
        var record = call.Record;
        var scanner = call.Scanner;
        call.Compressed?.ScanInto(scanner);
        scanner.EndOfBody();
        record.CompletedAtMicros = call.NowMicros();
        record.AddedMicros = call.Micros(call.AddedTicks);
        record.ErrorCode = end switch
        {
            ResponseRelay.End.DownstreamGone => "downstream_aborted",
            ResponseRelay.End.UpstreamCut => "upstream_cut",
            ResponseRelay.End.TimedOut => "upstream_timeout",
            _ => null,
        };
        if (record.HttpStatus is < 200 or >= 300)
        {
            record.Status = RequestStatus.Error;
            record.ErrorCode = "upstream_error";
            record.Usage = new Usage { Certainty = UsageCertainty.Exact };
            return;
        }

        record.Status = scanner.IsError ? RequestStatus.Error : RequestStatus.Completed;
        record.ErrorCode ??= scanner.IsError ? "upstream_error" : null;
        record.ResponseId = scanner.ResponseId.IsEmpty ? null : Encoding.UTF8.GetString(scanner.ResponseId);
        Serve(call, scanner.Model);
        record.Usage = !call.Target!.Endpoint.IsMetered ? new Usage { Certainty = UsageCertainty.Exact } : Complete(call, scanner.Usage);
    }

    /// <summary>The model that answered prices the call, if it has a price.</summary>
    private void Serve(GatewayCall call, ReadOnlySpan<byte> served)
    {
        if (served.IsEmpty || call.Price is null)
        {
            return;
        }

        if (call.Pricing.Prices.TryFind(call.Record.Provider, served, out var price))
        {
            call.Price = price;
        }

        call.Record.Model = names.Get(served);
    }

    /// <summary>Fills in what a cut-off answer did not say, within what was reserved for it.</summary>
    private static Usage Complete(GatewayCall call, Usage usage)
    {
        if (usage.Certainty == UsageCertainty.Exact || (call.Scanner.IsError && usage.Certainty == UsageCertainty.Unknown))
        {
            return usage;
        }

        if (usage.InputTokens == 0)
        {
            usage.InputTokens = call.EstimatedInput;
        }

        // A body that could not be inflated shows no text: its size stands for it.
        var text = call.Compressed is null ? call.Scanner.OutputTextBytes : Math.Max(call.Scanner.OutputTextBytes, call.BodyBytes);
        usage.OutputTokens = Math.Max(usage.OutputTokens, Math.Min(CallEstimate.Tokens(text), call.Estimate.OutputTokens));
        usage.Certainty = UsageCertainty.Partial;
        return usage;
    }
}
