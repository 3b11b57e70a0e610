using Lava.Gateway.Jobs;
using Lava.Gateway.Reservation;
using Lava.Gateway.Responses;
using Lava.Metering;

namespace Lava.Gateway.Relay;

/// <summary>
/// What the end of a call means for its bill, whatever the end. Exact usage counts as it is; what is missing is estimated, never free;
/// a call that got no answer is free, but where the client itself broke it off.
/// </summary>
internal sealed class CallEnding(Settlement settlement, AnswerReader answers, JobBilling jobs)
{
    /// <summary>The provider's answer is an error.</summary>
    public const string UpstreamError = "upstream_error";

    /// <summary>The client went away before the end.</summary>
    public const string DownstreamAborted = "downstream_aborted";

    /// <summary>Upstream broke off before the end.</summary>
    public const string UpstreamCut = "upstream_cut";

    /// <summary>There was an answer: concludes from what the scanner saw, then settles; nothing on a second call.</summary>
    public ValueTask AnsweredAsync(GatewayCall call, CallEnd end)
    {
        if (call.Hold.IsEnded)
        {
            return ValueTask.CompletedTask;
        }

        if (call.Compressed is not null)
        {
            return InflatedAsync(call, end);
        }

        Conclude(call, end);
        return settlement.SettleAsync(call);
    }

    // To inflate a body is not for the thread of a socket.
    private async ValueTask InflatedAsync(GatewayCall call, CallEnd end)
    {
        await Task.Yield();
        Conclude(call, end);
        await settlement.SettleAsync(call).ConfigureAwait(false);
    }

    /// <summary>There was none.</summary>
    public ValueTask UnansweredAsync(GatewayCall call, GatewayOutcome outcome)
    {
        var record = call.Record;
        record.CompletedAtMicros = call.NowMicros();
        record.AddedMicros = call.Micros(call.AddedTicks);
        record.Status = RequestStatus.Error;
        record.ErrorCode = GatewayErrors.Code(outcome).Code;
        record.Usage = new Usage { Certainty = UsageCertainty.Exact };
        if (outcome == GatewayOutcome.DownstreamAborted)
        {
            record.ErrorCode = DownstreamAborted;

            // The provider worked on it, and nobody waited for the bill: its input at least is charged. A job's bill waits for its end.
            record.Usage = call.Job is not null ? record.Usage : call.EstimatedUsage(0) with
            {
                InputCharacters = call.Facts.Counts.InputCharacters,
                InputMicroseconds = call.Facts.Counts.InputMicroseconds,
            };
        }

        return settlement.SettleAsync(call);
    }

    private void Conclude(GatewayCall call, CallEnd end)
    {
        var record = call.Record;
        var scanner = call.Scanner;
        call.Compressed?.ScanInto(scanner);
        var isWhole = end == CallEnd.Complete || call.UpstreamEnded;
        if (isWhole)
        {
            // Only a whole body may end what is open: a cut stream's last figures are not its final ones.
            scanner.EndOfBody();
        }

        record.CompletedAtMicros = call.NowMicros();
        record.AddedMicros = call.Micros(call.AddedTicks);
        record.ErrorCode = end switch
        {
            CallEnd.DownstreamGone => DownstreamAborted,
            CallEnd.UpstreamCut => UpstreamCut,
            CallEnd.TimedOut => GatewayErrors.Code(GatewayOutcome.UpstreamTimeout).Code,
            CallEnd.Failed => GatewayErrors.Code(GatewayOutcome.Failed).Code,
            _ => null,
        };
        if (record.HttpStatus is < 200 or >= 300)
        {
            record.Status = RequestStatus.Error;
            record.ErrorCode = UpstreamError;
            record.Usage = new Usage { Certainty = UsageCertainty.Exact };
            return;
        }

        if (!jobs.Conclude(call, record))
        {
            // A job that goes on, or that was billed before: the answer costs nothing.
            call.Price = null;
        }

        call.Price = answers.Read(call, record, isWhole);
    }
}
