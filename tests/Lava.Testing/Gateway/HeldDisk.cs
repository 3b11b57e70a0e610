using Lava.Wallets.Journal;
using Microsoft.Win32.SafeHandles;

namespace Lava.Testing.Gateway;

/// <summary>A real disk whose syncs wait on demand.</summary>
internal sealed class HeldDisk : JournalDisk
{
    private readonly ManualResetEventSlim _open = new(true);
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on every sync waits; the task completes when one does.</summary>
    internal Task Hold()
    {
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open.Reset();
        return _held.Task;
    }

    internal void Release() => _open.Set();

    internal override void Sync(SafeFileHandle file)
    {
        if (!_open.IsSet)
        {
            _held.TrySetResult();
        }

        _open.Wait();
        base.Sync(file);
    }
}
