using System.Text;
using Lava.Gateway.Relay;
using Lava.Gateway.Reservation;
using Lava.Gateway.Responses;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Realtime;

/// <summary>
/// The money of one session. There is always a hold for each response that runs, and one for the next; each response is charged,
/// recorded and durable when its response.done is complete. Transcriptions, where the session has them, are the same beside it with the
/// price of their own model. Only the session's upstream pump calls it; what others may read says so.
/// </summary>
internal sealed class RealtimeTurns(
    GatewayCall session, TurnCalls calls, CallReservation reservation, Settlement settlement, ModelNames names)
{
    private readonly List<GatewayCall> _held = [session];
    private readonly TurnEstimate _estimate = new();
    private readonly UsageRecord _progress = new();
    private GatewayCall? _transcription;
    private (string Model, ModelPrice Price)? _transcriber;
    private (string Model, ModelPrice Price) _answerer = (session.Record.Model!, session.Price!);
    private long _progressDue = long.MaxValue;
    private int _running;
    private bool _isEnding;

    /// <summary>Responses that run. Any thread may ask.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Nothing is held any more for turns to come: the session ends.</summary>
    public bool IsEnding
    {
        get => Volatile.Read(ref _isEnding);
        set => Volatile.Write(ref _isEnding, value);
    }

    /// <summary>The client sent so much; only the client's pump says so.</summary>
    public void CountClient(int bytes) => _estimate.CountClient(bytes);

    /// <summary>Takes an event. On return what it costs is charged and durable, and what may follow is held for.</summary>
    /// <returns>Why nothing of a later turn may pass.</returns>
    public async ValueTask<GatewayOutcome> TakeAsync(RealtimeEvent found, RealtimeScanner scanner, TimeSpan progressInterval)
    {
        switch (found)
        {
            case RealtimeEvent.Session:
                return await ServeAsync(scanner).ConfigureAwait(false);
            case RealtimeEvent.ResponseStarted:
                _progressDue = session.Timestamp() + session.Ticks(progressInterval);
                return await StartAsync().ConfigureAwait(false);
            case RealtimeEvent.Delta:
                _estimate.CountDelta(scanner);
                if (session.Timestamp() is var now && now >= _progressDue)
                {
                    _progressDue = now + session.Ticks(progressInterval);
                    WriteProgress();
                }

                return GatewayOutcome.Ok;
            case RealtimeEvent.ResponseDone:
                return await FinishAsync(scanner).ConfigureAwait(false);
            case RealtimeEvent.Transcribed:
                return await TranscribedAsync(scanner).ConfigureAwait(false);
            default:
                return GatewayOutcome.Ok;
        }
    }

    /// <summary>
    /// The session is over: responses that still run are charged for what was seen of them, every other hold is given back. Nothing on a
    /// second call.
    /// </summary>
    public async ValueTask EndAsync(string errorCode)
    {
        while (_held.Count > 0 || _running > 0)
        {
            var call = Take();
            if (_running > 0)
            {
                _running--;
                call.Record.Status = RequestStatus.Completed;
                call.Record.ErrorCode = errorCode;
                call.Record.Usage = _estimate.Cut(call.Estimate);
                _estimate.NextTurn(0);
                await SettleAsync(call).ConfigureAwait(false);
            }
            else
            {
                await ReleaseAsync(call).ConfigureAwait(false);
            }
        }

        if (_transcription is { } transcription)
        {
            _transcription = null;
            await ReleaseAsync(transcription).ConfigureAwait(false);
        }
    }

    private async ValueTask<GatewayOutcome> StartAsync()
    {
        Volatile.Write(ref _running, _running + 1);
        var outcome = _running > RealtimeLimits.ResponsesAtOnce ? GatewayOutcome.Overloaded
            : _running > _held.Count ? Hold()
            : GatewayOutcome.Ok;
        if (outcome == GatewayOutcome.Ok && !calls.IsOfPresentCycle(_held[_running - 1]))
        {
            // It was held for long before: it counts in the cycle that it begins in.
            var old = _held[_running - 1];
            _held.RemoveAt(_running - 1);
            await ReleaseAsync(old).ConfigureAwait(false);
            outcome = Hold();
        }

        if (outcome == GatewayOutcome.Ok)
        {
            var call = _held[_running - 1];
            call.Record.CreatedAtMicros = call.NowMicros();
            await settlement.ReserveDurableAsync(call).ConfigureAwait(false);

            // It runs by now and is charged, whatever the key says since it was held for.
            outcome = calls.CheckKey(call);
        }

        return outcome;
    }

    private async ValueTask<GatewayOutcome> FinishAsync(RealtimeScanner scanner)
    {
        var call = Take();
        var record = call.Record;
        record.ResponseId = Text(scanner.Id);
        record.Status = scanner.IsError ? RequestStatus.Error : RequestStatus.Completed;
        record.ErrorCode = scanner.IsError ? CallEnding.UpstreamError : null;
        record.Usage = _estimate.Complete(scanner, call.Estimate, _answerer.Price);
        _estimate.NextTurn(record.Usage.InputTokens);
        await SettleAsync(call).ConfigureAwait(false);
        Volatile.Write(ref _running, Math.Max(0, _running - 1));
        return IsEnding || _held.Count >= Math.Max(1, _running) ? GatewayOutcome.Ok : Hold();
    }

    private async ValueTask<GatewayOutcome> ServeAsync(RealtimeScanner scanner)
    {
        if (!scanner.Model.IsEmpty && TryFindPrice(scanner.Model, out var price))
        {
            _answerer = (names.Get(scanner.Model), price);
        }

        if (scanner.TranscriptionModel.IsEmpty || names.Get(scanner.TranscriptionModel) == _transcriber?.Model)
        {
            return GatewayOutcome.Ok;
        }

        if (!TryFindPrice(scanner.TranscriptionModel, out price))
        {
            return GatewayOutcome.ModelUnpriced;
        }

        _transcriber = (names.Get(scanner.TranscriptionModel), price);
        if (_transcription is { } other)
        {
            _transcription = null;
            await ReleaseAsync(other).ConfigureAwait(false);
        }

        return IsEnding ? GatewayOutcome.Ok : HoldTranscription();
    }

    private async ValueTask<GatewayOutcome> TranscribedAsync(RealtimeScanner scanner)
    {
        // Where the session never named the model, its own price stands for the transcriber's.
        var (model, price) = _transcriber ??= _answerer;
        var call = _transcription ?? calls.Next(model, price);
        _transcription = null;
        call.Record.ResponseId = Text(scanner.Id);
        call.Record.Status = RequestStatus.Completed;
        call.Record.Usage = TurnEstimate.Transcribed(scanner, price);
        call.Record.CompletedAtMicros = call.NowMicros();
        await settlement.SettleAsync(call).ConfigureAwait(false);
        calls.Return(call);
        return IsEnding ? GatewayOutcome.Ok : HoldTranscription();
    }

    private GatewayOutcome Hold()
    {
        var call = calls.Next(_answerer.Model, _answerer.Price);
        var outcome = calls.CheckKey(call);
        if (outcome == GatewayOutcome.Ok)
        {
            outcome = reservation.ReserveTurn(call, CallEstimate.OfTurn(_answerer.Price));
        }

        if (outcome == GatewayOutcome.Ok)
        {
            _held.Add(call);
        }
        else
        {
            calls.Return(call);
        }

        return outcome;
    }

    private GatewayOutcome HoldTranscription()
    {
        var (model, price) = _transcriber!.Value;
        var call = calls.Next(model, price);
        var units = new Usage { InputMicroseconds = RealtimeLimits.HeldTranscriptionMicroseconds };
        var estimate = CallEstimate.OfTurn(price) with { Units = units };
        var outcome = reservation.ReserveTurn(call, estimate);
        if (outcome == GatewayOutcome.Ok)
        {
            _transcription = call;
        }
        else
        {
            calls.Return(call);
        }

        return outcome;
    }

    // A response that the session could not hold for any more, because another ran beside it, is charged all the same.
    private GatewayCall Take()
    {
        if (_held.Count == 0)
        {
            var late = calls.Next(_answerer.Model, _answerer.Price);
            late.Estimate = CallEstimate.OfTurn(_answerer.Price);
            return late;
        }

        var call = _held[0];
        _held.RemoveAt(0);
        return call;
    }

    private void WriteProgress()
    {
        if (_running == 0 || _held.Count == 0)
        {
            return;
        }

        var call = _held[0];
        _progress.CopyFrom(call.Record);
        _progress.Model = _answerer.Model;
        _progress.Usage = _estimate.Cut(call.Estimate);
        _progress.CompletedAtMicros = call.NowMicros();
        settlement.Progress(call, _progress, _answerer.Price);
    }

    private async ValueTask SettleAsync(GatewayCall call)
    {
        (call.Record.Model, call.Price) = _answerer;
        call.Record.CompletedAtMicros = call.NowMicros();
        await settlement.SettleAsync(call).ConfigureAwait(false);
        calls.Return(call);
    }

    private async ValueTask ReleaseAsync(GatewayCall call)
    {
        await settlement.VoidAsync(call).ConfigureAwait(false);
        calls.Return(call);
    }

    private bool TryFindPrice(ReadOnlySpan<byte> model, out ModelPrice price) =>
        session.Pricing.Prices.TryFind(session.Target!.Provider.Name, model, out price!);

    private static string? Text(ReadOnlySpan<byte> id) => id.IsEmpty ? null : Encoding.UTF8.GetString(id);
}
