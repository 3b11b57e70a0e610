using System.Diagnostics;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Api;

/// <summary>The management API's figures: a thousand customers made and listed.</summary>
[Collection(LavaCollection.Name)]
public sealed class ManagementSpeedTests(LavaFixture lava)
{
    private const int Customers = 1_000;
    private const int PageSize = 100;

    // One by one each waits for a write to the disk of its own: that would measure the disk.
    private const int AtOnce = 32;

    // The figure is five seconds. Among other tests on a busy machine it says nothing: there it is a bound on what grows with their number.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(LongFactAttribute.IsWanted ? 5 : 30);

    [Fact]
    public async Task Customers_AThousand_AreMadeAndListedInTime()
    {
        await lava.Client.CustomerAsync(null);
        var made = new System.Collections.Concurrent.ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();

        await Parallel.ForAsync(
            0, Customers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, _) => made.Add(await lava.Client.CustomerAsync(null, $"speed-{i}")));
        var listed = await ListAsync();

        Assert.True(watch.Elapsed < Limit, $"{watch.Elapsed.TotalSeconds:F1} s");
        Assert.Equal(made.Order(), listed.Order());
    }

    private async Task<List<string>> ListAsync()
    {
        var ids = new List<string>();
        string? cursor = null;
        while (ids.Count < Customers)
        {
            var page = await lava.Client.GetAsync($"/v1/customers?limit={PageSize}&cursor={cursor}");
            ids.AddRange(page["data"]!.AsArray().Select(customer => (string)customer!["customer_id"]!));
            cursor = (string?)page["next_cursor"];
        }

        return ids;
    }
}
