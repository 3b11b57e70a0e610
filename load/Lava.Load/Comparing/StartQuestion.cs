using System.Net;
using System.Net.Sockets;

namespace Lava.Load.Comparing;

/// <summary>How long the gateway takes from its start to the first served call, beside a PostgreSQL that runs already.</summary>
internal sealed class StartQuestion(
    CompareOptions options, Systems systems, StartedProcesses processes, CancellationToken stop) : IQuestion
{
    private const int Customers = 10_000;
    private const int Starts = 5;
    private const string Seconds = "s";
    private const string StoreName = "start";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private readonly Figures _figures = new();

    public string Name => "start";

    public int RoundsMax => 1;

    public async Task AskAsync(int round)
    {
        using var store = await StartStore.StartAsync(options.Work, processes, stop);
        foreach (var (name, program) in options.Others.Prepend((MeasuredSystem.Lava, options.Lava)))
        {
            var database = store.Create(name);
            var (token, data) = await FillAsync(name, program, database);
            for (var i = 0; i < Starts; i++)
            {
                _figures.Add(name, Seconds, await StartOnceAsync($"{StoreName}-{name}-{i}", program, database, data, token));
            }
        }
    }

    public void Write(Tables tables)
    {
        tables.Heading($"Start: {Customers} customers in a PostgreSQL that runs already");
        tables.Columns("", "s to the first served call");
        foreach (var (name, _) in options.Others.Prepend((MeasuredSystem.Lava, "")))
        {
            tables.Row(name, "0.00", _figures.Median(name, Seconds));
        }

        tables.Line($"\nMedian of {Starts} starts, from the start of the process.\n");
    }

    public IEnumerable<Bar> Bars() =>
        [new("start to the first served call", _figures.Median(MeasuredSystem.Lava, Seconds), 2, IsMin: false, "s")];

    private async Task<(string Token, string Data)> FillAsync(string name, string program, string database)
    {
        var address = Systems.FreeAddress();
        var data = Path.Combine(options.Work, $"{StoreName}-{name}-data");
        var process = systems.StartGateway($"{StoreName}-{name}-fill", program, address, data, "--postgres", database);
        using var node = new GatewayNode(address, systems.Key);
        await node.ReadyAsync(() => processes.Look(process).Runs, stop);
        await node.MeterAsync();
        var tokens = await node.CustomersAsync(Customers);
        await node.SettledAsync(stop);
        processes.Stop(process);
        return (tokens[Customers / 2], data);
    }

    private async Task<double> StartOnceAsync(string name, string program, string database, string data, string token)
    {
        var address = Systems.FreeAddress();
        var began = MonotonicClock.Now;
        var process = systems.StartGateway(name, program, address, data, "--postgres", database);
        while (!IsServed(address, token))
        {
            if (MonotonicClock.Since(began) > StartLimit || !processes.Look(process).Runs)
            {
                throw new InvalidOperationException($"The gateway serves no call: {processes.Look(process).Text}");
            }

            await Task.Delay(Poll, stop);
        }

        var took = MonotonicClock.Since(began);
        processes.Stop(process);
        return took.TotalSeconds;
    }

    // While it starts, it refuses connections, then calls.
    private bool IsServed(IPEndPoint address, string token)
    {
        var plan = new LoadPlan
        {
            Address = address,
            Requests = [LoadRequests.Write(address, LoadRequests.GatewayPath, token, LoadRequests.Json())],
            BodyBytes = ProviderAnswers.JsonBodyBytes,
            Connections = 1,
            During = CallTime,
            Once = true,
        };
        try
        {
            return LoadGenerator.Run(plan, streamed: false, stop).Answered == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
