using System.Net;

namespace Lava.Load.Comparing;

/// <summary>A running <c>lava serve</c> with customers that can pay, and what it must have recorded in the end.</summary>
internal sealed class GatewayNode(IPEndPoint address, string key) : IDisposable
{
    private const string Meter = "compare";
    private const string Price = "0.001";

    // More than any run can spend; all customers' together less than the 922 million that an account holds.
    private const string Credit = "10000";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    // A backlog of minutes under full load.
    private static readonly TimeSpan SettledLimit = TimeSpan.FromMinutes(5);

    private readonly MerchantApi _api = new($"http://{address}", key);
    private long _calls;

    /// <summary>The longest time that PostgreSQL needed after a load until it held all records.</summary>
    public TimeSpan LongestBacklog { get; private set; }

    /// <summary>So many calls more were answered.</summary>
    public void Count(long calls) => _calls += calls;

    /// <summary>Waits until it takes calls.</summary>
    /// <param name="runs">False: it has ended, there is nothing to wait for.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task ReadyAsync(Func<bool> runs, CancellationToken stop)
    {
        var began = MonotonicClock.Now;
        while (!await _api.IsReadyAsync(stop))
        {
            if (MonotonicClock.Since(began) > ReadyLimit || !runs())
            {
                throw new InvalidOperationException("The gateway does not start.");
            }

            await Task.Delay(Poll, stop);
        }
    }

    public Task MeterAsync() => _api.MeterAsync(Meter, Price);

    /// <summary>Makes customers with credit; their forward tokens.</summary>
    public async Task<string[]> CustomersAsync(int count)
    {
        const int AtATime = 8;
        var tokens = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) =>
            tokens[i] = await _api.CustomerAsync(Credit, Meter));
        return tokens;
    }

    /// <summary>Waits until no call is open and PostgreSQL holds all records.</summary>
    public async Task SettledAsync(CancellationToken stop)
    {
        var began = MonotonicClock.Now;
        while (await _api.UnsettledAsync(stop) > 0)
        {
            if (MonotonicClock.Since(began) > SettledLimit)
            {
                throw new TimeoutException($"PostgreSQL does not hold all records {SettledLimit} after the last call.");
            }

            await Task.Delay(Poll, stop);
        }

        var took = MonotonicClock.Since(began);
        LongestBacklog = took > LongestBacklog ? took : LongestBacklog;
    }

    /// <summary>How many records there are, and how many there must be.</summary>
    public async Task<(long Recorded, long Answered)> RecordsAsync() => (await _api.RecordsAsync(), _calls);

    public void Dispose() => _api.Dispose();
}
