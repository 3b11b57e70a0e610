using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>The first 64 bytes of a segment.</summary>
[StructLayout(LayoutKind.Sequential, Size = JournalFormat.HeaderBytes)]
internal struct SegmentHeader
{
    /// <summary>"LAVAJRNL".</summary>
    private const ulong ExpectedMagic = 0x4C4E524A4156414C;

    /// <summary>Grows with every change of the format.</summary>
    private const uint ExpectedVersion = 1;

    private ulong _magic;
    private uint _version;

    /// <summary>The checksum of the record before the first.</summary>
    internal uint Chain;

    internal long FirstSequence;
    internal Guid JournalId;
    internal long SegmentBytes;
    internal int NodeId;
    private uint _crc;

    internal static SegmentHeader Create(JournalIdentity identity, long firstSequence, uint chain, long segmentBytes)
    {
        var header = new SegmentHeader
        {
            _magic = ExpectedMagic,
            _version = ExpectedVersion,
            Chain = chain,
            FirstSequence = firstSequence,
            JournalId = identity.JournalId,
            SegmentBytes = segmentBytes,
            NodeId = identity.NodeId,
        };
        header._crc = header.Sum();
        return header;
    }

    /// <summary>Reads a header; false where the bytes are not one of this version.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHeader header)
    {
        header = default;
        return MemoryMarshal.TryRead(bytes, out header)
            && header._magic == ExpectedMagic && header._version == ExpectedVersion && header._crc == header.Sum();
    }

    // Over the whole header with the checksum's own field as zero.
    private readonly uint Sum()
    {
        var copy = this;
        copy._crc = 0;
        return JournalFormat.Crc(uint.MaxValue, MemoryMarshal.AsBytes(new ReadOnlySpan<SegmentHeader>(in copy)));
    }
}
