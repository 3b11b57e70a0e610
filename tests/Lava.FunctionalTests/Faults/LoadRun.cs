using System.Collections.Concurrent;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Faults;

/// <summary>Apps at work on one gateway process. An app stops whose connection breaks, or that is refused.</summary>
internal sealed class LoadRun : IAsyncDisposable
{
    private const int Apps = 16;

    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly LavaClient _client;
    private readonly LavaProcess _gateway;
    private readonly Load _load;
    private readonly Task[] _apps;
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Lock _lock = new();
    private (int Count, TaskCompletionSource Reached) _awaited = (int.MaxValue, new TaskCompletionSource());

    public LoadRun(Load load, LavaProcess gateway, bool reports)
    {
        (_load, _gateway) = (load, gateway);
        _client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        _apps = [.. Enumerable.Range(0, Apps).Select(seed => RunAsync(new Random(seed), reports))];
    }

    /// <summary>Why apps stopped.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until so many more answers came in full.</summary>
    public async Task AnswersAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited = (_load.Received.Count + count, reached);
        }

        var ended = Task.WhenAll(_apps);
        var first = await Task.WhenAny(reached.Task, ended).WaitAsync(Limit);
        Assert.True(first == reached.Task, $"{string.Join('\n', Failures)}{ended.Exception}\n{_gateway.Output}");
    }

    /// <summary>Lets the calls at hand finish.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_apps).WaitAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_apps).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Random random, bool reports)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                if (await _load.CallAsync(_client, random, reports))
                {
                    Count();
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // In mid-answer, or refused: not received in full.
            _failures.Enqueue(e.ToString());
        }
    }

    private void Count()
    {
        lock (_lock)
        {
            if (_load.Received.Count >= _awaited.Count)
            {
                _awaited.Reached.TrySetResult();
            }
        }
    }
}
