using Lava.Core;
using Lava.Postgres.Seeding;

namespace Lava.Server.Demo;

/// <summary>Counts the calls of the past that were refused.</summary>
internal sealed class DemoRefusals
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private readonly Dictionary<(DateTimeOffset Quarter, string Code, Guid Customer), long> _calls = [];

    /// <summary>What was counted.</summary>
    public List<SeedRefusal> ToList() =>
        [.. _calls.Select(sum => new SeedRefusal(sum.Key.Quarter, sum.Key.Code, sum.Key.Customer, sum.Value))];

    /// <summary>Counts some.</summary>
    public void Add(DateTimeOffset at, ErrorCode code, DemoCustomer customer, long calls = 1)
    {
        var key = (new DateTimeOffset(at.UtcTicks - (at.UtcTicks % Quarter.Ticks), TimeSpan.Zero), code.Code, customer.Row.Id);
        _calls[key] = _calls.GetValueOrDefault(key) + calls;
    }
}
