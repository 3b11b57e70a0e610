namespace Lava.Testing.Stripe;

/// <summary>Halts requests at one point until it is opened.</summary>
public sealed class StandInGate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first request stands before it.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets all through, from now on.</summary>
    public void Open() => _open.TrySetResult();

    internal Task PassAsync()
    {
        _reached.TrySetResult();
        return _open.Task;
    }
}
