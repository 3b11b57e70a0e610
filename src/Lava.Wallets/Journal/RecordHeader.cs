using System.Numerics;
using System.Runtime.InteropServices;
using Lava.Core;

namespace Lava.Wallets.Journal;

/// <summary>
/// The first 64 bytes of a record; the payload follows, then zeros up to a multiple of eight. The checksum covers all of it and
/// <see cref="Previous"/> chains it, so that each record proves itself and its place. (Seeding each checksum with the one before
/// would chain as well, but then nothing after a damaged record could be told from noise: see <see cref="TornTail"/>.)
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = JournalFormat.HeaderBytes)]
internal struct RecordHeader
{
    /// <summary>Bytes with the payload, without the zeros behind it. 0: no record here. Written last.</summary>
    internal int Length;

    internal uint Crc;
    internal long Sequence;

    /// <summary>The checksum of the record before.</summary>
    internal uint Previous;

    private uint _typeAndUnsynced;
    internal long WalletId;
    internal Guid HoldId;
    internal long Held;
    internal long Debit;

    internal RecordHeader(in JournalEntry entry)
    {
        _typeAndUnsynced = (uint)entry.Type;
        WalletId = entry.WalletId;
        HoldId = entry.HoldId;
        Held = entry.Held.Units;
        Debit = entry.Debit.Units;
    }

    internal readonly JournalRecordType Type => (JournalRecordType)_typeAndUnsynced;

    /// <summary>
    /// The last record known to be on disk when this one was written. Stored as a distance of 24 bits: more records than
    /// the ring holds can't be between the two.
    /// </summary>
    internal readonly long SyncedSequence => Sequence - (_typeAndUnsynced >> 8);

    internal readonly JournalEntry Entry => new(Type, HoldId, WalletId, new Money(Held), new Money(Debit));

    /// <summary>Gives a record in the ring its place.</summary>
    internal static uint Seal(Span<byte> record, uint seed, long sequence, long syncedSequence, uint previous)
    {
        ref var header = ref MemoryMarshal.AsRef<RecordHeader>(record);
        header.Sequence = sequence;
        header.Previous = previous;
        header._typeAndUnsynced = (uint)header.Type | ((uint)(sequence - syncedSequence) << 8);
        return header.Crc = Sum(seed, record);
    }

    /// <summary>Reads the record at the start of <paramref name="bytes"/>; false where there is none that is whole and undamaged.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, out RecordHeader header)
    {
        if (!MemoryMarshal.TryRead(bytes, out header) || !header.IsPlausible(bytes.Length))
        {
            return false;
        }

        return Sum(seed, bytes[..JournalFormat.Align(header.Length)]) == header.Crc;
    }

    private readonly bool IsPlausible(int room) =>
        Length is >= JournalFormat.HeaderBytes and <= JournalFormat.MaxRecordBytes
        && JournalFormat.Align(Length) <= room
        && Type is >= JournalRecordType.Reserve and <= JournalRecordType.Progress;

    private static uint Sum(uint seed, ReadOnlySpan<byte> record) =>
        JournalFormat.Crc(BitOperations.Crc32C(seed, MemoryMarshal.Read<uint>(record)), record[8..]);
}
