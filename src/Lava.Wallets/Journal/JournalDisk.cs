using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lava.Wallets.Journal;

/// <summary>What the journal asks of the disk. Tests put a failing or a waiting one in its place.</summary>
internal partial class JournalDisk
{
    /// <summary>Zeros are written in pieces, each synced, so that group commits next to it wait for one piece at most.</summary>
    private const int FillBytes = 4 << 20;

    /// <summary>
    /// Makes a file of zeros, on disk when this returns. Written, not only allocated: turning unwritten extents into written
    /// ones would cost each commit a metadata write.
    /// </summary>
    internal virtual SafeFileHandle CreateZeroed(string path, long bytes)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Zero(file, 0, bytes);
            return file;
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Overwrites with zeros and syncs.</summary>
    internal void Zero(SafeFileHandle file, long from, long to)
    {
        var zeros = new byte[Math.Min(FillBytes, Math.Max(to - from, 0))];
        while (from < to)
        {
            var count = (int)Math.Min(zeros.Length, to - from);
            RandomAccess.Write(file, zeros.AsSpan(0, count), from);
            from += count;
            Sync(file);
        }
    }

    internal SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    internal virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    /// <summary>Data, and of the metadata what reading it back needs.</summary>
    internal virtual void Sync(SafeFileHandle file)
    {
        if (FDataSync(file) != 0)
        {
            throw Error("fdatasync");
        }
    }

    /// <summary>Makes the names in a directory durable: .NET has no call for it.</summary>
    internal virtual void SyncDirectory(string path)
    {
        var directory = OpenFile(path, flags: 0); // O_RDONLY: all that fsync of a directory needs, and the same on every architecture
        if (directory < 0)
        {
            throw Error("open of " + path);
        }

        var result = FSync(directory);
        var error = result == 0 ? null : Error("fsync of " + path);
        _ = Close(directory);
        if (error is not null)
        {
            throw error;
        }
    }

    private static IOException Error(string call) =>
        new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
