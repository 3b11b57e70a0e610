using System.Threading.Tasks.Sources;

namespace Lava.Wallets.Journal;

/// <summary>
/// One call that waits for its record; pooled. Its continuation runs where it is completed: on the thread pool, see
/// <see cref="DurabilityBatch"/>, never on the writer thread.
/// </summary>
internal sealed class DurabilityWaiter(DurabilityWaiters owner) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    internal long Ticket { get; set; }

    internal DurabilityWaiter? Next { get; set; }

    internal ValueTask Task => new(this, _core.Version);

    internal void Complete() => _core.SetResult(true);

    internal void Fail(Exception error) => _core.SetException(error);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    public void GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            owner.Return(this);
        }
    }
}
