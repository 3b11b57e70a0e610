using Lava.Core;
using Lava.Postgres;
using Lava.Server.Hosting;
using Lava.Testing.Gateway;

namespace Lava.Tests.Server.Hosting;

/// <summary>Refused calls are counted in bounded memory and written whole.</summary>
public sealed class RefusalCountsTests
{
    private static readonly Guid Merchant = Guid.NewGuid();
    private readonly ManualTime _time = new();
    private readonly List<RefusalCount> _written = [];
    private readonly RefusalCounts _counts;
    private bool _isAway;
    private int _cleaned;

    public RefusalCountsTests() => _counts = new RefusalCounts(AddAsync, CleanAsync, _time);

    [Fact]
    public async Task Write_CallsOfOneCustomer_AreOneCount()
    {
        var customer = Guid.NewGuid();
        _counts.Add(Merchant, customer, ErrorCode.InsufficientCredit);
        _counts.Add(Merchant, customer, ErrorCode.InsufficientCredit);
        _counts.Add(Merchant, customer, ErrorCode.RateLimited);
        _time.Advance(TimeSpan.FromMinutes(16));
        _counts.Add(Merchant, customer, ErrorCode.RateLimited);

        await _counts.WriteAsync(CancellationToken.None);
        await _counts.WriteAsync(CancellationToken.None);

        Assert.Equal([1, 1, 2], _written.Select(count => count.Calls).Order());
        Assert.All(_written, count => Assert.Equal(0, count.Quarter.UtcTicks % TimeSpan.FromMinutes(15).Ticks));
        Assert.Equal((1, 1), (_counts.Rounds, _cleaned));
    }

    [Fact]
    public async Task Add_MoreCustomersThanItKeeps_CountsThemTogether()
    {
        for (var i = 0; i < RefusalCounts.CountsMax + 500; i++)
        {
            _counts.Add(Merchant, Guid.NewGuid(), ErrorCode.InsufficientCredit);
        }

        await _counts.WriteAsync(CancellationToken.None);

        Assert.Equal(RefusalCounts.CountsMax + 1, _written.Count);
        Assert.Equal(500, Assert.Single(_written, count => count.CustomerId is null).Calls);
    }

    [Fact]
    public async Task Write_PostgresIsAway_KeepsThemForLater()
    {
        _isAway = true;
        _counts.Add(Merchant, null, ErrorCode.BudgetExceeded);
        await _counts.WriteAsync(CancellationToken.None);
        _counts.Add(Merchant, null, ErrorCode.BudgetExceeded);
        _isAway = false;

        await _counts.DisposeAsync();

        Assert.Equal(2, Assert.Single(_written).Calls);
    }

    private Task AddAsync(IReadOnlyCollection<RefusalCount> counts, CancellationToken cancellationToken)
    {
        if (_isAway)
        {
            throw new StoreUnavailableException("It is away.");
        }

        _written.AddRange(counts);
        return Task.CompletedTask;
    }

    private Task CleanAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        _cleaned++;
        return Task.CompletedTask;
    }
}
