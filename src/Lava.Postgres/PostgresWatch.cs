using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Asks PostgreSQL now and then whether it is there. Readiness and metrics tell it, and stores refuse at once while it is away: a caller
/// would wait for a time limit otherwise, and a thousand callers for a connection.
/// </summary>
public sealed class PostgresWatch : IAsyncDisposable
{
    /// <summary>Between two questions: how late a PostgreSQL that is back is noticed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Seconds for an answer, which takes milliseconds: a server counts as away after two silences of this length.</summary>
    public const int AnswerSeconds = 3;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _watched;
    private readonly TimeProvider _time;
    private readonly Action<PostgresState> _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile PostgresState _state;

    /// <summary>Begins to ask.</summary>
    /// <param name="connectionString">Where.</param>
    /// <param name="watched">The stores' connections: dropped when PostgreSQL is away, for they may never answer.</param>
    /// <param name="changed">Called when it goes away and when it is back.</param>
    /// <param name="time">The clock.</param>
    public PostgresWatch(string connectionString, NpgsqlDataSource watched, Action<PostgresState> changed, TimeProvider time)
    {
        _source = PostgresDataSource.CreateProbe(connectionString, AnswerSeconds);
        _watched = watched;
        _changed = changed;
        _time = time;
        _state = new PostgresState(time.GetUtcNow(), null);
        _running = RunAsync();
    }

    /// <summary>As of the last question.</summary>
    public PostgresState State => _state;

    /// <summary>Stops asking.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _source.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                // Not cancelled but left behind: a question to a silent server ends with its time limit.
                Take(await AskAsync().WaitAsync(_stop.Token));
                await Task.Delay(Interval, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    // Why PostgreSQL is away; null: it answers.
    private async Task<string?> AskAsync()
    {
        var away = await AskOnceAsync();

        // A connection that broke says nothing about the next one.
        return away is not null && _state.Away is null ? await AskOnceAsync() : away;
    }

    private async Task<string?> AskOnceAsync()
    {
        try
        {
            await using var command = _source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(CancellationToken.None);
            return null;
        }
        catch (Exception failure)
        {
            return Failures.Reason(failure);
        }
    }

    private void Take(string? away)
    {
        var before = _state;
        if (away == before.Away)
        {
            return;
        }

        var changed = away is null != before.Away is null;
        _state = new PostgresState(changed ? _time.GetUtcNow() : before.Since, away);
        if (changed)
        {
            if (away is not null)
            {
                _watched.Clear();
            }

            _changed(_state);
        }
    }
}
