using Lava.Gateway.Reservation;
using Lava.Metering;

namespace Lava.Gateway.Relay;

/// <summary>
/// Tells the journal now and then what a long call has come to, as if it broke off there: what it is charged when the process dies in
/// the middle of it. The call's own end knows nothing of it and comes out the same, but for a hold that had to grow.
/// </summary>
internal sealed class CallProgress(GatewayOptions options, AnswerReader answers, Settlement settlement)
{
    // Per thread: filled, written and forgotten in one synchronous step. The journal copies.
    [ThreadStatic]
    private static UsageRecord? _record;

    /// <summary>
    /// At the answer's first bytes: says when the first PROGRESS is due. A stream's time runs from its RESERVE. An answer in one piece
    /// comes quickly, however long it was thought about: its time runs from now.
    /// </summary>
    public void Begin(GatewayCall call, long now)
    {
        var record = call.Record;
        if (call.Hold.IsHeld && record.HttpStatus is >= 200 and < 300)
        {
            call.ProgressDue = (record.Streamed ? call.ArrivedAt + call.AddedTicks : now) + call.Ticks(options.ProgressInterval);
        }
    }

    /// <summary>Writes a PROGRESS. Only from the call's own thread of control, so never after its end.</summary>
    public void Write(GatewayCall call, long now)
    {
        if (!call.Hold.IsHeld)
        {
            call.ProgressDue = long.MaxValue;
            return;
        }

        call.ProgressDue = now + call.Ticks(options.ProgressInterval);
        var record = _record ??= new UsageRecord();
        record.CopyFrom(call.Record);
        var price = answers.Read(call, record, isWhole: false);

        // The same text for every record of the call. No id changes once it is known.
        call.Record.ResponseId = record.ResponseId;
        record.CompletedAtMicros = call.NowMicros();
        record.AddedMicros = call.Micros(call.AddedTicks);
        settlement.Progress(call, record, price);
    }
}
