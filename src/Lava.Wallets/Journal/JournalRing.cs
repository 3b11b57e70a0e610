using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>
/// A ring of bytes from many appenders to the one writer (after Aeron's many-to-one ring). An appender claims space by moving the
/// tail with a compare-and-swap, fills it in the form in which it goes to disk, and publishes it by storing its length, which was
/// zero until then. The writer takes published records in the order of their claims and zeroes what it took. Positions count
/// bytes since the start and never wrap; the tail's sign says that the ring is closed.
/// </summary>
internal sealed class JournalRing
{
    private const long Closed = long.MinValue;

    /// <summary>In place of a length: the rest of the lap is skipped.</summary>
    private const int Skip = int.MinValue;

    private readonly byte[] _bytes;
    private Positions _positions;

    internal JournalRing(int bytes)
    {
        // Pinned, so that its start is aligned for the stores of lengths and the disk reads from it without a copy.
        _bytes = GC.AllocateArray<byte>(bytes, pinned: true);
    }

    /// <summary>Does a new lap begin here? What is before and after is not adjacent in memory.</summary>
    internal bool IsLapStart(long position) => (position & (_bytes.Length - 1)) == 0;

    /// <summary>Everything before it has been taken.</summary>
    internal long Head => Volatile.Read(ref _positions.Head);

    internal bool IsClosed => Volatile.Read(ref _positions.Tail) < 0;

    /// <summary>Closed, and all that was claimed before has been taken.</summary>
    internal bool IsDrained => Volatile.Read(ref _positions.Tail) == (Head | Closed);

    /// <summary>Is half of it or more in use?</summary>
    internal bool IsHalfFull => UsedBytes >= _bytes.Length / 2;

    /// <summary>What is claimed and not yet taken.</summary>
    internal long UsedBytes => (Volatile.Read(ref _positions.Tail) & ~Closed) - Head;

    /// <summary>Does a published record wait for the writer?</summary>
    internal bool HasPublished => Volatile.Read(ref LengthAt(Head)) != 0;

    /// <summary>Refuses all later claims.</summary>
    internal void Close() => Interlocked.Or(ref _positions.Tail, Closed);

    /// <summary>Claims space for a record; false where the ring is closed or has not enough room.</summary>
    /// <param name="length">Of the record, unaligned.</param>
    /// <param name="keepFree">Bytes that must stay free, for others.</param>
    /// <param name="record">Where to put it; its first four bytes are for <see cref="Publish"/> alone.</param>
    /// <param name="end">The position after the record: its ticket.</param>
    internal bool TryClaim(int length, int keepFree, out Span<byte> record, out long end)
    {
        var size = JournalFormat.Align(length);
        while (true)
        {
            var tail = Volatile.Read(ref _positions.Tail);
            var index = (int)(tail & (_bytes.Length - 1));
            var rest = _bytes.Length - index;
            var skipped = size > rest ? rest : 0;
            end = tail + skipped + size;
            if (tail < 0 || end - Head > _bytes.Length - keepFree)
            {
                record = default;
                return false;
            }

            if (Interlocked.CompareExchange(ref _positions.Tail, end, tail) == tail)
            {
                if (skipped > 0)
                {
                    Volatile.Write(ref LengthAt(tail), Skip | skipped);
                    index = 0;
                }

                record = _bytes.AsSpan(index, length);
                return true;
            }
        }
    }

    /// <summary>Hands a filled record to the writer. A full fence: what is read after it is newer than the record.</summary>
    internal static void Publish(Span<byte> record) =>
        Interlocked.Exchange(ref MemoryMarshal.AsRef<int>(record), record.Length);

    /// <summary>The record, or the gap (empty), at a position of the writer; false where none is published yet.</summary>
    /// <param name="position">At or after <see cref="Head"/>.</param>
    /// <param name="record">The record with the zeros behind it.</param>
    /// <param name="next">The position behind it.</param>
    internal bool TryPeek(long position, out Span<byte> record, out long next)
    {
        record = default;
        next = position;

        // A whole lap ahead is what was not taken yet.
        var length = position - Head < _bytes.Length ? Volatile.Read(ref LengthAt(position)) : 0;
        if (length == 0)
        {
            return false;
        }

        if (length < 0)
        {
            next += length & ~Skip;
            return true;
        }

        var size = JournalFormat.Align(length);
        next += size;
        record = _bytes.AsSpan((int)(position & (_bytes.Length - 1)), size);
        return true;
    }

    /// <summary>The bytes between two positions of the same lap.</summary>
    internal ReadOnlySpan<byte> Slice(long from, long to) => _bytes.AsSpan((int)(from & (_bytes.Length - 1)), (int)(to - from));

    /// <summary>Frees everything before <paramref name="position"/>.</summary>
    internal void Release(long position)
    {
        var from = (int)(Head & (_bytes.Length - 1));
        var count = (int)(position - Head);
        var first = Math.Min(count, _bytes.Length - from);

        // All of it: the next lap's lengths may stand at any multiple of eight.
        _bytes.AsSpan(from, first).Clear();
        _bytes.AsSpan(0, count - first).Clear();
        Volatile.Write(ref _positions.Head, position);
    }

    private ref int LengthAt(long position) =>
        ref Unsafe.As<byte, int>(ref _bytes[(int)(position & (_bytes.Length - 1))]);

    // Two cache lines and their prefetched neighbours apart: appenders write the one, the writer the other.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Positions
    {
        [FieldOffset(128)]
        internal long Tail;

        [FieldOffset(256)]
        internal long Head;
    }
}
