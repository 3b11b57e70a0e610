using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>
/// A file: what reads see, what is on the platter, and the writes between the two. When the power goes each 512-byte sector of each
/// such write is kept, lost or torn by itself. A sector is torn only in the bytes that were being changed: the others were written over
/// with themselves.
/// </summary>
internal sealed class SimulatedFile(World world, SimulatedDisk disk) : IJournalFile
{
    private const int SectorBytes = 512;

    private readonly List<(int Offset, byte[] Bytes)> _unsynced = [];
    private byte[] _cache = [];
    private byte[] _platter = [];
    private bool _syncFailed;

    public long Length => _cache.Length;

    public static IOException Full() => new("No space left on device");

    public static IOException Failed() => new("Input/output error");

    public int Read(Span<byte> buffer, long offset)
    {
        var count = Math.Clamp(_cache.Length - (int)offset, 0, buffer.Length);
        _cache.AsSpan((int)Math.Min(offset, _cache.Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (world.Dies("write"))
        {
            Put(bytes[..world.Random.Below(bytes.Length + 1)], (int)offset);
            throw new SimulatedCrashException();
        }

        var fails = world.Random.PerMille(world.Faults.WriteErrors);
        if (fails || (disk.IsFull && offset + bytes.Length > _cache.Length))
        {
            world.Trace.Add(fails ? "write fails" : "disk is full");
            Put(bytes[..world.Random.Below(bytes.Length + 1)], (int)offset);
            throw fails ? Failed() : Full();
        }

        Put(bytes, (int)offset);
        world.Point("written");
    }

    public void Sync()
    {
        world.Point("sync");
        if (world.Random.PerMille(world.Faults.SyncErrors))
        {
            // As Linux does it: the pages are clean now, whether they reached the platter or not.
            world.Trace.Add("sync fails");
            KeepSome();
            _syncFailed = true;
            throw Failed();
        }

        foreach (var (offset, bytes) in _unsynced)
        {
            Copy(bytes, offset, ref _platter);
        }

        _unsynced.Clear();
        world.Point("synced");
    }

    public void Dispose()
    {
    }

    public void CutPower()
    {
        KeepSome();
        _syncFailed = false;
        _cache = (byte[])_platter.Clone();
    }

    public void Evict()
    {
        if (_syncFailed && _unsynced.Count == 0 && world.Random.OneIn(2))
        {
            CutPower();
        }
    }

    private void Put(ReadOnlySpan<byte> bytes, int offset)
    {
        if (!bytes.IsEmpty)
        {
            Copy(bytes, offset, ref _cache);
            _unsynced.Add((offset, bytes.ToArray()));
        }
    }

    private void KeepSome()
    {
        // All, none or some of each: the first two would be rare among many sectors.
        var kept = world.Random.Below(4) switch { 0 => 0, 1 => 1000, _ => 500 };
        var torn = world.Random.OneIn(3) ? 100 : 0;
        foreach (var (offset, bytes) in _unsynced)
        {
            for (int from = 0, to; from < bytes.Length; from = to)
            {
                to = Math.Min(bytes.Length, from + SectorBytes - ((offset + from) % SectorBytes));
                Resolve(bytes.AsSpan(from, to - from), offset + from, kept, torn);
            }
        }

        _unsynced.Clear();
    }

    private void Resolve(Span<byte> sector, int offset, int kept, int torn)
    {
        if (world.Random.PerMille(torn))
        {
            var from = world.Random.Below(sector.Length);
            if (world.Random.OneIn(2))
            {
                Copy(sector[..from], offset, ref _platter);
                return;
            }

            Garble(sector[from..], offset + from);
            kept = 1000;
        }

        if (world.Random.PerMille(kept))
        {
            Copy(sector, offset, ref _platter);
        }
    }

    private void Garble(Span<byte> bytes, int offset)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (offset + i >= _platter.Length || _platter[offset + i] != bytes[i])
            {
                bytes[i] = (byte)world.Random.Next();
            }
        }
    }

    private static void Copy(ReadOnlySpan<byte> bytes, int offset, ref byte[] target)
    {
        if (target.Length < offset + bytes.Length)
        {
            Array.Resize(ref target, offset + bytes.Length);
        }

        bytes.CopyTo(target.AsSpan(offset));
    }
}
