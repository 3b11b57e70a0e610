using Lava.Wallets.Journal;
using Microsoft.Win32.SafeHandles;

namespace Lava.Tests.Wallets.Journal;

/// <summary>A real disk that fails or waits on demand.</summary>
internal sealed class FaultyDisk : JournalDisk
{
    private readonly ManualResetEventSlim _open = new(true);

    internal volatile bool FailSync;
    internal volatile bool FailWrite;
    internal volatile bool Full;

    /// <summary>For tests in which only processes end: the page cache is all they need, and syncs are most of their time.</summary>
    internal volatile bool SkipsSync;

    /// <summary>Runs before each sync, on the thread that asks for it.</summary>
    internal Action? OnSync;

    /// <summary>Runs after each sync of a directory: one stands behind every change of names.</summary>
    internal Action? OnNamesSynced;

    private int _syncs;
    private int _waiting;

    internal int Syncs => Volatile.Read(ref _syncs);

    /// <summary>Is a sync held up?</summary>
    internal bool IsWaiting => Volatile.Read(ref _waiting) > 0;

    /// <summary>Every sync waits until <see cref="Release"/>.</summary>
    internal void Hold() => _open.Reset();

    internal void Release() => _open.Set();

    public override IJournalFile Create(string path) =>
        Full ? throw new IOException("No space left on device") : base.Create(path);

    public override void SyncDirectory(string path)
    {
        if (!SkipsSync)
        {
            base.SyncDirectory(path);
        }

        OnNamesSynced?.Invoke();
    }

    internal override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (FailWrite)
        {
            throw new IOException("Input/output error");
        }

        base.Write(file, bytes, offset);
    }

    internal override void Sync(SafeFileHandle file)
    {
        OnSync?.Invoke();
        Interlocked.Increment(ref _waiting);
        _open.Wait();
        Interlocked.Decrement(ref _waiting);
        Interlocked.Increment(ref _syncs);
        if (FailSync)
        {
            throw new IOException("Input/output error");
        }

        if (!SkipsSync)
        {
            base.Sync(file);
        }
    }
}
