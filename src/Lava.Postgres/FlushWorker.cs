using System.Net.Sockets;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Moves settled calls from the journal to PostgreSQL. With PostgreSQL away it waits and tries again; after any failure it asks PostgreSQL
/// how far it is and goes on from there, so that nothing is lost and nothing doubled. A record that PostgreSQL refuses is found by halving
/// its batch and put into <c>rejected_records</c>; the others go through.
/// </summary>
public sealed class FlushWorker : IAsyncDisposable
{
    // Back to where the worker runs: PostgreSQL's socket has threads that must not be kept from other sockets.
    private const ConfigureAwaitOptions Quietly =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly IJournalSource _source;
    private readonly IFlushTarget _target;
    private readonly FlushBatch _batch;
    private readonly AppliedSignal _applied;
    private readonly TimeProvider _time;
    private JournalPosition _position;
    private TimeSpan _backOff = FlushLimits.MinBackOff;
    private bool _resumed;
    private bool _abandoned;
    private volatile Exception? _lastError;
    private long _rejected;

    /// <summary>Continues at a position that <see cref="JournalPosition.TakeAsync"/> gave.</summary>
    public FlushWorker(
        IJournalSource source, NpgsqlDataSource database, JournalPosition position, UsageRecordDecoder decode, TimeProvider time)
        : this(source, new UsageRecordWriter(database), position, decode, time)
    {
    }

    internal FlushWorker(
        IJournalSource source, IFlushTarget target, JournalPosition position, UsageRecordDecoder decode, TimeProvider time)
    {
        _source = source;
        _target = target;
        _position = position;
        _time = time;
        _batch = new FlushBatch(source, decode);
        _applied = new AppliedSignal(time);
        _applied.Publish(position.Sequence);
        LagTimes = new FlushLag(time, isBehind: LagRecords > 0);
    }

    /// <summary>How far behind PostgreSQL was, batch by batch.</summary>
    public FlushLag LagTimes { get; }

    /// <summary>The age of the oldest call that PostgreSQL lacks; zero: none.</summary>
    public TimeSpan Lag => LagTimes.Age;

    /// <summary>The last journal record that PostgreSQL holds.</summary>
    public long AppliedSequence => _applied.Sequence;

    /// <summary>Journal records that PostgreSQL does not hold yet.</summary>
    public long LagRecords => Math.Max(0, _source.DurableSequence - AppliedSequence);

    /// <summary>Why PostgreSQL can't be written to now; null: it can.</summary>
    public Exception? LastError => _lastError;

    /// <summary>Records put aside since the start.</summary>
    public long RejectedRecords => Volatile.Read(ref _rejected);

    /// <summary>Waits until PostgreSQL holds a journal record, so that a list shows it; false: not within the limit.</summary>
    public Task<bool> WaitForAppliedAsync(long sequence, TimeSpan limit) => _applied.WaitAsync(sequence, limit);

    /// <summary>Runs until <paramref name="stopping"/>, then writes what is durable and returns.</summary>
    /// <exception cref="FencedException">A newer process of this node has taken over: this one must end.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        await using var registration = stopping.Register(() =>
        {
            abort.CancelAfter(FlushLimits.StopLimit);
            abandon.CancelAfter(FlushLimits.StopLimit + FlushLimits.AbortLimit);
        });
        try
        {
            await MoveAsync(stopping, abort.Token).WaitAsync(abandon.Token);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            _abandoned = true;
        }
    }

    /// <summary>
    /// One turn: reads the position where it is in doubt, then moves what is durable, up to a transaction's limits. It waits for PostgreSQL
    /// alone.
    /// </summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    internal async Task<FlushStep> StepAsync(CancellationToken abort)
    {
        try
        {
            await ResumeAsync(abort);
            if (!_batch.TryFill())
            {
                return FlushStep.Idle;
            }

            var readAt = _time.GetUtcNow();
            LagTimes.Taken(_batch.Rows);
            await WriteAsync(abort);
            LagTimes.Applied(_batch.Rows, readAt, isBehind: LagRecords > 0);
            _backOff = FlushLimits.MinBackOff;
            _lastError = null;
            return FlushStep.Moved;
        }
        catch (Exception) when (abort.IsCancellationRequested)
        {
            return FlushStep.Aborted;
        }
        catch (Exception exception) when (IsTransient(exception) || (exception is FencedException && _resumed))
        {
            // A position that has moved on its own may be a commit whose answer was lost: only reading it again tells.
            _lastError = exception;
            _resumed = false;
            return FlushStep.Failed;
        }
    }

    /// <summary>Closes the connection; call it after <see cref="RunAsync"/> has returned.</summary>
    public ValueTask DisposeAsync() => _abandoned ? ValueTask.CompletedTask : _target.DisposeAsync();

    private static bool IsTransient(Exception exception) =>
        exception is NpgsqlException or IOException or SocketException or TimeoutException;

    // Class 22 data, 23 constraints, 54 program limits: trying again changes nothing. All else is the server's state.
    private static bool IsRefusal(Exception exception) => exception is UnknownWalletException or OverflowException
        || (exception is PostgresException { SqlState: var state }
            && (state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)
                || state.StartsWith("54", StringComparison.Ordinal)));

    private async Task MoveAsync(CancellationToken stopping, CancellationToken abort)
    {
        while (true)
        {
            await WaitForRecordsAsync(stopping);
            var step = await StepAsync(abort);
            if (step == FlushStep.Aborted || (step != FlushStep.Moved && stopping.IsCancellationRequested))
            {
                return;
            }

            if (step == FlushStep.Failed)
            {
                await BackOffAsync(stopping);
            }
        }
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (_resumed)
        {
            return;
        }

        _position = await _target.RereadAsync(_position, cancellationToken);
        if (_position.Sequence > _source.DurableSequence)
        {
            throw new InvalidOperationException(
                $"The journal ends at {_source.DurableSequence}, PostgreSQL holds {_position.Sequence} of its records: "
                + "it is not the same journal.");
        }

        _batch.Seek(_position.Sequence);
        Applied(_position);
        _lastError = null;
        _resumed = true;
    }

    private async Task WaitForRecordsAsync(CancellationToken stopping)
    {
        if (!_resumed)
        {
            return;
        }

        if (_source.DurableSequence <= _batch.LastSequence)
        {
            await _source.WaitForMoreAsync(_batch.LastSequence, stopping).ConfigureAwait(Quietly);
        }

        if (_source.DurableSequence - _batch.LastSequence < FlushLimits.MaxRecords)
        {
            await _applied.LingerAsync(FlushLimits.Linger, stopping);
        }
    }

    private Task WriteAsync(CancellationToken cancellationToken) => _batch.Unreadable is { } record
        ? RejectAsync(record, cancellationToken)
        : WriteAsync(0, _batch.Rows.Count, _batch.LastSequence, cancellationToken);

    private async Task WriteAsync(int first, int count, long to, CancellationToken cancellationToken)
    {
        if (await TryWriteAsync(first, count, to, cancellationToken) is { } error)
        {
            await WriteRefusedAsync(first, count, to, error, cancellationToken);
        }
        else if (_position.Sequence < to)
        {
            // The later part of it was refused: the same again with that alone.
            var written = _batch.CountUntil(_position.Sequence, first, count);
            await WriteAsync(first + written, count - written, to, cancellationToken);
        }
    }

    // Why it was refused; null: it was not, not its first part at least.
    private async Task<string?> TryWriteAsync(int first, int count, long to, CancellationToken cancellationToken)
    {
        try
        {
            Applied(await _target.WriteAsync(_batch.Rows, first, count, _position, to, cancellationToken));
            return null;
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return exception.Message;
        }
    }

    private async Task WriteRefusedAsync(int first, int count, long to, string error, CancellationToken cancellationToken)
    {
        if (count > 1)
        {
            var half = count / 2;
            await WriteAsync(first, half, _batch.SequenceOf(first + half - 1), cancellationToken);
            await WriteAsync(first + half, count - half, to, cancellationToken);
            return;
        }

        await RejectAsync(_batch.Reread(first, error), cancellationToken);
        if (to > _position.Sequence)
        {
            await WriteAsync(first, 0, to, cancellationToken);
        }
    }

    private async Task RejectAsync(RejectedRecord record, CancellationToken cancellationToken)
    {
        Applied(await _target.RejectAsync(record, _position, cancellationToken));
        Interlocked.Increment(ref _rejected);
    }

    private void Applied(JournalPosition position)
    {
        _position = position;
        _source.Confirm(position.Sequence);
        _applied.Publish(position.Sequence);
    }

    private async Task BackOffAsync(CancellationToken stopping)
    {
        await Task.Delay(_backOff, _time, stopping).ConfigureAwait(Quietly);
        _backOff = TimeSpan.FromTicks(Math.Min(_backOff.Ticks * 2, FlushLimits.MaxBackOff.Ticks));
    }
}
