using System.Collections.Concurrent;

namespace Lava.Billing.Payments;

/// <summary>
/// Turns of a round in which a provider is asked. One that does not answer within its turn goes on by itself, and the round with the next:
/// a silent provider holds up nothing of another's. Of one that has let several wait no more is asked before it answers.
/// </summary>
/// <param name="turn">A turn; a short part of it for each further one while an earlier one has no answer.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderTurns(TimeSpan turn, TimeProvider time)
{
    /// <summary>Turns of one provider that go on by themselves, at most.</summary>
    public const int LateMax = 8;

    /// <summary>A charge takes a second or two: whoever is served after it waits no longer than this.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(5);

    private const int Hurry = 50;

    // By the mode that the provider is for.
    private readonly ConcurrentDictionary<Task, bool> _late = new();
    private readonly ConcurrentQueue<Exception> _failures = new();

    /// <summary>Has the provider let so many wait that it is asked no more?</summary>
    public bool IsSilent(bool isTest) => CountLate(isTest) >= LateMax;

    /// <summary>A turn; what <paramref name="run"/> gives, or the default where it goes on by itself or the provider is silent.</summary>
    public async Task<T?> RunAsync<T>(bool isTest, Func<Task<T>> run)
    {
        var late = CountLate(isTest);
        if (late >= LateMax)
        {
            return default;
        }

        var work = run();
        if (!work.IsCompleted)
        {
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(work, Task.Delay(late == 0 ? turn : turn / Hurry, time, ended.Token));
            await ended.CancelAsync();
        }

        if (work.IsCompleted)
        {
            return await work;
        }

        _late[work] = isTest;
        _ = ForgetAsync(work);
        return default;
    }

    /// <summary>Throws the first failure of those that went on by themselves; nothing where there was none.</summary>
    public Task ThrowFailureAsync()
    {
        if (!_failures.TryDequeue(out var first))
        {
            return Task.CompletedTask;
        }

        _failures.Clear();
        return Task.FromException(first);
    }

    /// <summary>Waits for those that go on by themselves, no longer than a turn.</summary>
    public Task SettleAsync() => Task.WhenAny(Task.WhenAll(_late.Keys), Task.Delay(turn, time));

    private int CountLate(bool isTest) => _late.Count(work => work.Value == isTest);

    private async Task ForgetAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }

        _late.TryRemove(work, out _);
    }
}
