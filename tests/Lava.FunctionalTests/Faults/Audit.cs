using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Faults;

/// <summary>Whether the books hold what the apps of a load had, once each, and add up.</summary>
internal static class Audit
{
    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Waits until no call runs and PostgreSQL holds all that the journal does.</summary>
    public static async Task ConvergeAsync(LavaClient client)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await MetricAsync(client, "lava_calls_in_flight") > 0 || await MetricAsync(client, "lava_flush_lag_records") > 0)
        {
            await Task.Delay(20, limit.Token);
        }

        await ReadableAsync(client, limit.Token);
        Assert.Equal(0, await MetricAsync(client, "lava_journal_open_holds"));
        Assert.Equal(0, await MetricAsync(client, "lava_flush_rejected_total"));
    }

    /// <summary>The number of a metric.</summary>
    public static async Task<long> MetricAsync(LavaClient client, string name)
    {
        var text = await client.Http.GetStringAsync($"{client.Url}/metrics");
        var line = text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>Every answer that came in full is one record with a charge, and balances are credit less charges.</summary>
    public static async Task AssertAsync(LavaProcess gateway, Load load)
    {
        using var client = new LavaClient(gateway.Url, LavaFixture.SecretKey);
        await ConvergeAsync(client);
        var records = new Dictionary<string, JsonNode>();
        foreach (var customer in load.Payers)
        {
            var charged = 0m;
            await foreach (var record in RecordsAsync(client, customer))
            {
                Assert.True(records.TryAdd((string)record["request_id"]!, record), "a record appears twice");
                charged += Decimal(record["charge"]!["amount"]!);
            }

            var balance = await client.GetAsync($"/v1/customers/{customer}/balance");
            Assert.Equal(0m, Decimal(balance["reserved"]!));
            Assert.Equal(Load.Credit - charged, Decimal(balance["available"]!));
            Assert.Equal(Load.Credit - charged, Decimal(balance["granted_remaining"]!));
        }

        foreach (var id in load.Received)
        {
            Assert.True(records.TryGetValue(id, out var record), $"{id} was received in full and is not recorded");
            Assert.Equal("completed", (string)record["status"]!);
            Assert.True(Decimal(record["charge"]!["amount"]!) > 0);
        }
    }

    /// <summary><c>lava verify</c> proves the store of a directory, whose server may run or not.</summary>
    public static async Task AssertProvenAsync(TemporaryDirectory directory, string? database = null)
    {
        string[] postgres = database is null ? [] : ["--postgres", database];
        var (code, output) = await LavaProcess.RunAsync(
            new Dictionary<string, string>(), ["verify", "--data", Path.Combine(directory.Path, "data"), .. postgres]);
        Assert.True(code == 0, output);
    }

    // After an outage the first reader may still meet a connection that broke in it, and is told to try again.
    private static async Task ReadableAsync(LavaClient client, CancellationToken limit)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{client.Url}/v1/requests?limit=1");
            request.Headers.Authorization = new("Bearer", LavaFixture.SecretKey);
            using var response = await client.Http.SendAsync(request, limit);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                return;
            }

            await Task.Delay(20, limit);
        }
    }

    private static async IAsyncEnumerable<JsonNode> RecordsAsync(LavaClient client, string customer)
    {
        string? cursor = null;
        do
        {
            var page = await client.GetAsync(
                $"/v1/requests?limit=100&customer_id={customer}" + (cursor is null ? "" : $"&cursor={cursor}"));
            foreach (var request in page["data"]!.AsArray())
            {
                yield return request!;
            }

            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
    }

    public static decimal Decimal(JsonNode value) => decimal.Parse((string)value!, CultureInfo.InvariantCulture);
}
