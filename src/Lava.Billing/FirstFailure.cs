using System.Runtime.ExceptionServices;

namespace Lava.Billing;

/// <summary>Gives each of several items its turn, whatever became of those before it; the first failure is thrown at the end.</summary>
internal sealed class FirstFailure
{
    private ExceptionDispatchInfo? _first;

    /// <summary>Runs one; its failure is kept, but for a cancellation.</summary>
    public async Task TryAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _first ??= ExceptionDispatchInfo.Capture(failure);
        }
    }

    /// <summary>Throws the first failure as it was; nothing where there was none.</summary>
    public void ThrowIfAny() => _first?.Throw();
}
