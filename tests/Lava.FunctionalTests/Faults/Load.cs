using System.Collections.Concurrent;
using System.Net;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Faults;

/// <summary>
/// Apps that call without a pause: answers in one piece, streams, streams that their client hangs up on, and reports of work done
/// elsewhere. It remembers what they had in full, over any number of runs.
/// </summary>
internal sealed class Load
{
    public const decimal Credit = 1000m;
    public const string Target = "https://api.openai.com/v1/chat/completions";
    private const int Customers = 4;
    public const string Meter = "load";
    private const string ReportMeter = "load-reports";
    private readonly ConcurrentQueue<string> _received = new();
    private readonly List<string> _customers = [];

    /// <summary>Ids of what was answered in full.</summary>
    public IReadOnlyCollection<string> Received => _received;

    /// <summary>Who pays.</summary>
    public IReadOnlyList<string> Payers => _customers;

    /// <summary>Makes meters and customers.</summary>
    public static async Task<Load> CreateAsync(LavaClient client)
    {
        var load = new Load();
        await client.MeterAsync(Meter, "percentage", "tokens_1m", "0.25");
        await client.MeterAsync(ReportMeter, "fixed", "requests", "0.0001");
        for (var i = 0; i < Customers; i++)
        {
            load._customers.Add(await client.CustomerAsync($"{Credit}"));
        }

        return load;
    }

    /// <summary>Starts the apps. Reports need PostgreSQL: they are left out where it is taken away.</summary>
    public LoadRun Start(LavaProcess gateway, bool reports = true) => new(this, gateway, reports);

    /// <summary>One call; false: hung up on.</summary>
    public async Task<bool> CallAsync(LavaClient client, Random random, bool reports)
    {
        var customer = _customers[random.Next(Customers)];
        switch (random.Next(8))
        {
            case 0 when reports:
                await ReportAsync(client, customer);
                return true;
            case 1:
                await HangUpAsync(client, customer);
                return false;
            case var kind:
                await ForwardAsync(client, customer, stream: kind % 2 == 0);
                return true;
        }
    }

    public static object Body(bool stream, int tokens = 30) =>
        new { model = "gpt-4o-mini", max_tokens = tokens, stream, messages = new[] { new { role = "user", content = "Go on." } } };

    private async Task ForwardAsync(LavaClient client, string customer, bool stream)
    {
        using var response = await client.ForwardAsync(Target, client.Token(customer, Meter), Body(stream));
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException(text, null, response.StatusCode);
        }

        _received.Enqueue(response.Headers.GetValues("x-lava-request-id").Single());
    }

    private async Task ReportAsync(LavaClient client, string customer)
    {
        var id = $"report-{Guid.CreateVersion7():N}";
        await client.PostAsync("/v1/requests", new { request_id = id, customer_id = customer, meter_slug = ReportMeter });
        _received.Enqueue(id);
    }

    private static async Task HangUpAsync(LavaClient client, string customer)
    {
        using var response = await client.ForwardAsync(Target, client.Token(customer, Meter), Body(stream: true));
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[64]);
    }
}
