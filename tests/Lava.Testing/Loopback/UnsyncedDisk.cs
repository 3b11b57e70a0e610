using Lava.Wallets.Journal;
using Microsoft.Win32.SafeHandles;

namespace Lava.Testing.Loopback;

/// <summary>The real file system, but a sync returns at once: how fast a disk is stays out of a measurement.</summary>
internal sealed class UnsyncedDisk : JournalDisk
{
    internal override void Sync(SafeFileHandle file)
    {
    }
}
