using System.Net;
using Lava.Load.Running;
using Lava.Load.Scenarios;

namespace Lava.Load.Comparing;

/// <summary>A running <c>lava serve</c> with customers that can pay, and what it must have recorded in the end.</summary>
internal sealed class GatewayNode : IDisposable
{
    private const string Meter = "compare";
    private const string Price = "0.001";

    // More than any run can spend; all customers' together less than the 922 million that an account holds.
    private const string Credit = "10000";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    // A backlog of minutes under full load.
    private static readonly TimeSpan SettledLimit = TimeSpan.FromMinutes(5);

    private readonly GatewayClient _client;
    private readonly NodeWatch _watch;
    private readonly HttpClient _http = new();
    private readonly string _url;
    private long _calls;

    public GatewayNode(IPEndPoint address, string key)
    {
        Address = address;
        _url = $"http://{address}";
        _client = new GatewayClient(_url, key);
        _watch = new NodeWatch(_url, null);
    }

    public IPEndPoint Address { get; }

    /// <summary>The longest time that PostgreSQL needed after a load until it held all records.</summary>
    public TimeSpan LongestBacklog { get; private set; }

    /// <summary>Calls that were answered.</summary>
    public void Count(long calls) => _calls += calls;

    /// <summary>Waits until it takes calls.</summary>
    /// <param name="runs">False: it has ended, there is nothing to wait for.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task ReadyAsync(Func<bool> runs, CancellationToken stop)
    {
        for (var began = MonotonicClock.Now; MonotonicClock.Span(MonotonicClock.Now - began) < ReadyLimit && runs();)
        {
            try
            {
                using var answer = await _http.GetAsync(_url + "/readyz", stop);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(Poll, stop);
        }

        throw new InvalidOperationException("The gateway does not start.");
    }

    public Task MeterAsync() => _client.MeterAsync(Meter, Price);

    /// <summary>Makes customers with credit; their forward tokens.</summary>
    public async Task<string[]> CustomersAsync(int count)
    {
        const int AtATime = 8;
        var tokens = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) =>
            tokens[i] = _client.Token(await _client.CustomerAsync(Credit), Meter));
        return tokens;
    }

    /// <summary>Waits until no call is open and PostgreSQL holds all records.</summary>
    public async Task SettledAsync(CancellationToken stop)
    {
        var began = MonotonicClock.Now;
        while (await _watch.ReadAsync() is var metrics && metrics["lava_journal_open_holds"] + metrics["lava_flush_lag_records"] > 0)
        {
            if (MonotonicClock.Span(MonotonicClock.Now - began) > SettledLimit)
            {
                throw new TimeoutException($"PostgreSQL does not hold all records {SettledLimit} after the last call.");
            }

            await Task.Delay(Poll, stop);
        }

        var took = MonotonicClock.Span(MonotonicClock.Now - began);
        LongestBacklog = took > LongestBacklog ? took : LongestBacklog;
    }

    /// <summary>How many records there are, and how many there must be.</summary>
    public async Task<(long Recorded, long Answered)> RecordsAsync() => ((long)(await _client.UsageAsync())["total_requests"]!, _calls);

    public void Dispose()
    {
        _client.Dispose();
        _watch.Dispose();
        _http.Dispose();
    }
}
