namespace Lava.Wallets.Journal;

/// <summary>One segment's worth of zeros, ready on disk before it is needed; made when it is taken, at the latest.</summary>
internal sealed class SpareSegment(string directory, long bytes, IJournalDisk disk) : ISpareSource
{
    private readonly string _path = Path.Combine(directory, JournalFormat.SpareName);
    private IJournalFile? _file;
    private volatile Exception? _error;

    public Exception? Error => _error;

    public IJournalFile Take(string name, ReadOnlySpan<byte> header)
    {
        if (_file is null && !TryMake())
        {
            throw NoRoom(name, Error);
        }

        var file = _file!;
        _file = null;
        file.Write(header, 0);
        file.Sync();
        disk.Rename(_path, name);
        disk.SyncDirectory(directory);
        return file;
    }

    public bool TryMakeLast() => TryMake();

    public void Dispose()
    {
        if (_file is not null)
        {
            _file.Dispose();
            disk.Delete(_path);
        }
    }

    internal static JournalException NoRoom(string name, Exception? cause) =>
        new($"No room for a new segment {name}: free space on its disk.", cause ?? new TimeoutException());

    /// <summary>Makes it, where there is none; false where the disk has no room.</summary>
    internal bool TryMake()
    {
        try
        {
            _file ??= SegmentFile.CreateZeroed(disk, _path, bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file that could not be filled or synced is thrown away whole: nothing is ever written to it again.
            _error = error;
            return false;
        }

        _error = null;
        return true;
    }
}
