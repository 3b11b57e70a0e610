using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lava.Wallets.Journal;

/// <summary>The real file system. Tests put a failing or a waiting one in its place.</summary>
internal partial class JournalDisk : IJournalDisk
{
    /// <summary>The one that the server uses; it has no state.</summary>
    internal static readonly JournalDisk Real = new();

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    // The kernel drops it with the process.
    public IDisposable Lock(string path) => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    public string[] List(string directory, string suffix) =>
        Directory.Exists(directory) ? Directory.GetFiles(directory, "*" + suffix) : [];

    public bool Exists(string path) => File.Exists(path);

    public virtual IJournalFile Create(string path) => Open(path, FileMode.Create, FileAccess.ReadWrite, FileOptions.None);

    public IJournalFile Open(string path) => Open(path, FileMode.Open, FileAccess.ReadWrite, FileOptions.None);

    public IJournalFile OpenRead(string path) => Open(path, FileMode.Open, FileAccess.Read, FileOptions.SequentialScan);

    public void Rename(string from, string to) => File.Move(from, to);

    public void Delete(string path) => File.Delete(path);

    /// <summary>Makes the names in a directory durable: .NET has no call for it.</summary>
    public virtual void SyncDirectory(string path)
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

    internal virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    /// <summary>Data, and of the metadata what reading it back needs.</summary>
    internal virtual void Sync(SafeFileHandle file)
    {
        if (FDataSync(file) != 0)
        {
            throw Error("fdatasync");
        }
    }

    private RealFile Open(string path, FileMode mode, FileAccess access, FileOptions options) =>
        new(this, File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete, options));

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

    private sealed class RealFile(JournalDisk disk, SafeFileHandle handle) : IJournalFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var count = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => disk.Write(handle, bytes, offset);

        public void Sync() => disk.Sync(handle);

        public void Dispose() => handle.Dispose();
    }
}
