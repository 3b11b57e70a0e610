using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lava.Wallets.Journal;

/// <summary>
/// Appends records with group commit: callers fill a ring, one thread writes what it finds there, syncs once and wakes those who
/// wait. An error of the disk ends it for good: an fsync that failed says nothing about what is on disk, nor does the next one.
/// </summary>
public sealed partial class JournalWriter : IAsyncDisposable
{
    /// <summary>Of the ring, kept free for settlements: new calls are refused before running ones have to wait.</summary>
    internal const int RingHeadroomDivisor = 4;

    /// <summary>Holds that may be open at once: ten times the calls that a server has been seen to keep open.</summary>
    internal const int OpenHoldsLimit = 1_000_000;

    /// <summary>Turns of a settlement that finds the ring full, before it blocks: about as long as a commit.</summary>
    private const int SpinLimit = 64;

    private readonly JournalRing _ring;
    private readonly SegmentChain _segments;
    private readonly HoldTable _holds;
    private readonly DurabilityWaiters _waiters;
    private readonly WriterSignal _signal = new();
    private readonly ManualResetEventSlim _space = new();
    private readonly IDisposable _lock;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<Exception> _onFailed;
    private readonly long _reserveLimitBytes;
    private readonly long _progressLimitBytes;
    private readonly int _maxPayloadBytes;
    private readonly int _ringHeadroom;
    private readonly TimeSpan _stallLimit;
    private readonly uint _seed;
    private Thread? _thread;
    private int _disposed;

    // Written by the writer thread, read by all.
    private long _durableSequence;
    private TaskCompletionSource? _more;
    private volatile Exception? _failure;

    internal JournalWriter(
        JournalOptions options,
        JournalIdentity identity,
        RecoveryResult recovered,
        SegmentChain segments,
        IDisposable directoryLock,
        Action<Exception> onFailed,
        bool isStepped)
    {
        _waiters = new DurabilityWaiters { OnPool = !isStepped };
        _ring = new JournalRing(options.RingBytes);
        _segments = segments;
        _holds = new HoldTable(recovered.Holds);
        _lock = directoryLock;
        _onFailed = onFailed;
        _maxPayloadBytes = options.MaxPayloadBytes;
        _stallLimit = options.StallLimit;
        _ringHeadroom = options.RingBytes / RingHeadroomDivisor;

        // A segment's worth below the limit: room for the end of every call that was let in.
        _reserveLimitBytes = options.SizeLimitBytes - options.SegmentBytes;

        // Above the limit for new calls: what keeps the journal from shrinking may be old records of running calls, and only a newer
        // one of theirs lets those go.
        _progressLimitBytes = options.SizeLimitBytes;
        _seed = JournalFormat.Seed(identity.JournalId);
        _chain = recovered.Identity is null ? _seed : recovered.Chain;
        _sequence = _synced = _durableSequence = recovered.LastSequence;
    }

    /// <summary>The number of the last durable record.</summary>
    public long DurableSequence => Volatile.Read(ref _durableSequence);

    /// <summary>The number of the oldest record on disk, or the next one's where there is none.</summary>
    public long OldestSequence => _segments.OldestSequence;

    /// <summary>Bytes of records on disk.</summary>
    public long SizeBytes => _segments.SizeBytes;

    /// <summary>Holds without an end.</summary>
    public long OpenHolds => _holds.Count;

    /// <summary>Would a reservation be taken now? (The ring's filling aside.)</summary>
    public bool AdmitsReserves =>
        !_ring.IsClosed && SizeBytes < _reserveLimitBytes && _segments.SpareError is null && _holds.Count < OpenHoldsLimit && !IsStalled;

    /// <summary>
    /// Does the disk neither answer nor fail? New calls are refused at once rather than left to wait for it. What waits for a commit goes
    /// on waiting: nothing true can be said about it before the disk speaks.
    /// </summary>
    public bool IsStalled => Volatile.Read(ref _busySince) is var since and not 0 && Stopwatch.GetElapsedTime(since) > _stallLimit;

    /// <summary>
    /// Opens the journal where recovery ended: locks the directory, clears a torn tail, and appends to the last segment.
    /// </summary>
    /// <param name="options">Where, how large.</param>
    /// <param name="recovered">What <see cref="WalletRecovery"/> found; <see cref="RecoveryResult.Empty"/>: a new journal.</param>
    /// <param name="onFailed">Called on the thread that met it when the disk fails: stop the process.</param>
    /// <exception cref="JournalException">Another process has it open, or it is not what recovery saw.</exception>
    public static JournalWriter Open(JournalOptions options, RecoveryResult recovered, Action<Exception> onFailed) =>
        Open(options, recovered, onFailed, JournalDisk.Real);

    internal static JournalWriter Open(JournalOptions options, RecoveryResult recovered, Action<Exception> onFailed, IJournalDisk disk)
    {
        var writer = Create(options, recovered, onFailed, disk, static spare => new SpareThread(spare), isStepped: false);
        writer._thread = new Thread(writer.Run) { IsBackground = true, Name = "journal" };
        writer._thread.Start();
        return writer;
    }

    /// <summary>Without threads: only <see cref="TryStep"/> commits, so nobody may wait for it on the same thread.</summary>
    internal static JournalWriter OpenStepped(
        JournalOptions options, RecoveryResult recovered, Action<Exception> onFailed, IJournalDisk disk,
        Func<SpareSegment, ISpareSource> drive) =>
        Create(options, recovered, onFailed, disk, drive, isStepped: true);

    /// <summary>
    /// Appends a record. A commit begins as soon as a call ends or somebody waits for one, for a RESERVE or PROGRESS alone within
    /// <see cref="Patience"/>. A RESERVE is refused (false: answer 503) where the journal may take no new call: its size limit, a disk
    /// without room for the next segment, a ring that is nearly full. A PROGRESS is refused where it would take room or time from others:
    /// the call's next one, or its end, says the same. Everything else is taken, and waits where the ring is full: false only after the
    /// journal failed or was closed.
    /// </summary>
    /// <param name="entry">What moves money; amounts ≥ 0.</param>
    /// <param name="payload">The rest; at most <see cref="JournalOptions.MaxPayloadBytes"/>.</param>
    /// <param name="ticket">To ask whether the record is durable, and to wait for it. Later records have larger ones.</param>
    public bool TryAppend(in JournalEntry entry, ReadOnlySpan<byte> payload, out long ticket)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, _maxPayloadBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(entry.Held.Units);
        ArgumentOutOfRangeException.ThrowIfNegative(entry.Debit.Units);
        ArgumentOutOfRangeException.ThrowIfZero((int)entry.Type);
        var length = JournalFormat.HeaderBytes + payload.Length;
        if (!TryClaim(entry.Type, length, out var record, out ticket))
        {
            return false;
        }

        // Its length is zero here: the writer passes it only when it is published.
        var header = new RecordHeader(entry);
        MemoryMarshal.Write(record, in header);
        payload.CopyTo(record[JournalFormat.HeaderBytes..]);
        JournalRing.Publish(record);
        if (entry.Type is JournalRecordType.Settle or JournalRecordType.Void || _ring.IsHalfFull)
        {
            Want(ticket);
        }

        WakeWriter();
        return true;
    }

    /// <summary>Is the record on disk?</summary>
    public bool IsDurable(long ticket) => _waiters.DurableTicket >= ticket;

    /// <summary>
    /// Completes when the record is on disk, at once where it is; allocates nothing in the steady state. Await it once. Fails with
    /// <see cref="JournalFailedException"/> when the disk does.
    /// </summary>
    public ValueTask WaitDurableAsync(long ticket)
    {
        var task = _waiters.WaitAsync(ticket, out var missed);
        if (missed)
        {
            _signal.Wake();
        }
        else if (!task.IsCompleted)
        {
            Want(ticket);
            WakeWriter();
        }

        return task;
    }

    /// <summary>
    /// Completes when <see cref="DurableSequence"/> has passed <paramref name="sequence"/>; fails with
    /// <see cref="JournalFailedException"/> when the disk does or the journal is closed.
    /// </summary>
    public async Task WaitForMoreAsync(long sequence, CancellationToken cancellationToken)
    {
        while (DurableSequence <= sequence)
        {
            var more = Volatile.Read(ref _more);
            if (more is null)
            {
                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = Interlocked.CompareExchange(ref _more, created, null) ?? created;
            }

            if (DurableSequence > sequence)
            {
                return;
            }

            if (_ended.Task.IsCompleted)
            {
                throw new JournalFailedException(_failure ?? new ObjectDisposedException(nameof(JournalWriter)));
            }

            await more.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// PostgreSQL holds everything up to here: the oldest segments before it, with no open hold in them, are deleted. A disk that fails in
    /// it has failed for good, as in a commit.
    /// </summary>
    public void Confirm(long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, DurableSequence);
        try
        {
            _segments.Confirm(sequence);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _onFailed(error);
            throw;
        }
    }

    /// <summary>Writes and syncs what was appended before, seals it by a new segment, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _ring.Close();
        _signal.Wake();
        if (_thread is null)
        {
            Run();
        }

        await _ended.Task.ConfigureAwait(false);
        _thread?.Join();
        _segments.Dispose();
        _lock.Dispose();
    }

    private static JournalWriter Create(
        JournalOptions options, RecoveryResult recovered, Action<Exception> onFailed, IJournalDisk disk,
        Func<SpareSegment, ISpareSource> drive, bool isStepped)
    {
        options.Validate();
        var identity = recovered.Identity ?? new JournalIdentity(new Guid(RandomNumberGenerator.GetBytes(16)), options.NodeId);
        if (identity.NodeId != options.NodeId)
        {
            throw new JournalMismatchException(
                $"The journal in {options.Directory} is node {identity.NodeId}'s; this is node {options.NodeId}.");
        }

        var directoryLock = JournalOpener.Lock(options.Directory, disk);
        try
        {
            var segments = JournalOpener.OpenSegments(options, identity, recovered, disk, drive);
            return new JournalWriter(options, identity, recovered, segments, directoryLock, onFailed, isStepped);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    private void WakeWriter()
    {
        if (IsWanted)
        {
            _signal.Wake();
        }
        else
        {
            _signal.WakeFromSleep();
        }
    }

    private bool TryClaim(JournalRecordType type, int length, out Span<byte> record, out long ticket)
    {
        var admitted = type switch
        {
            JournalRecordType.Reserve => AdmitsReserves,
            JournalRecordType.Progress => SizeBytes < _progressLimitBytes && _segments.SpareError is null,
            _ => true,
        };
        if (!admitted)
        {
            record = default;
            ticket = 0;
            return false;
        }

        var mayWait = type is not (JournalRecordType.Reserve or JournalRecordType.Progress);
        return _ring.TryClaim(length, mayWait ? 0 : _ringHeadroom, out record, out ticket)
            || (mayWait && TryClaimWaiting(length, out record, out ticket));
    }

    private bool TryClaimWaiting(int length, out Span<byte> record, out long ticket)
    {
        var spin = default(SpinWait);
        while (!_ring.TryClaim(length, 0, out record, out ticket))
        {
            if (_ring.IsClosed)
            {
                return false;
            }

            if (spin.Count < SpinLimit)
            {
                // Anything that is committed frees space.
                Want(_ring.Head + 1);
                _signal.Wake();
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            // Reset, look again, wait: the writer sets it after it has freed space.
            _space.Reset();
            if (_ring.TryClaim(length, 0, out record, out ticket))
            {
                return true;
            }

            if (_ring.IsClosed)
            {
                // The reset may have undone what the end of the journal set for others.
                _space.Set();
                return false;
            }

            _space.Wait();
        }

        return true;
    }
}
