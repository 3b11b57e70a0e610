using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lava.Metering.Catalog;
using Lava.Postgres;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Configuration;
using Lava.Server.Hosting;
using Lava.Server.Simulation;

namespace Lava.Server.Demo;

/// <summary>
/// <c>lava demo</c>: a server with a believable past, a simulator in the place of the providers, and customers who go on calling. Exits
/// as <c>lava serve</c> does.
/// </summary>
internal static class DemoCommand
{
    private const int Failed = 1;
    private const int MaxCustomers = 100_000;
    private const int MaxRequests = 10_000_000;
    private const int MaxDays = 400;
    private const double MaxRate = 1_000;

    public static Command Create()
    {
        var data = Text("--data", "./lava-demo", "Its data directory. One of a real server is refused.");
        var urls = new Option<string[]>("--urls")
        {
            Description = "Addresses to listen on.",
            DefaultValueFactory = _ => [ServeSettings.Urls.Default!],
        };
        var postgres = new Option<string?>("--postgres") { Description = "Connection string of an empty database; else a private server." };
        var customers = Number("--customers", 400, 1, MaxCustomers, "Customers.");
        var requests = Number("--requests", 150_000, 1, MaxRequests, "Calls in the past.");
        var days = Number("--days", 90, 1, MaxDays, "Days of the past.");
        var rate = new Option<double>("--rate") { Description = "Calls a second while it runs; 0: none.", DefaultValueFactory = _ => 0.5 };
        rate.Validators.Add(result =>
        {
            if (result.GetValue(rate) is not (>= 0 and <= MaxRate))
            {
                result.AddError($"--rate must be 0 to {MaxRate}.");
            }
        });
        var seed = new Option<long>("--seed") { Description = "The same number makes the same past.", DefaultValueFactory = _ => 1 };
        var seedOnly = new Option<bool>("--seed-only") { Description = "Make the past and end." };
        var command = new Command("demo", "Run a server with a believable past and simulated providers, to look at.");
        foreach (var option in (Option[])[data, urls, postgres, customers, requests, days, rate, seed, seedOnly])
        {
            command.Add(option);
        }

        command.SetAction(result => RunAsync(new DemoOptions
        {
            DataDirectory = Path.GetFullPath(result.GetValue(data)!),
            Urls = result.GetValue(urls)!,
            Postgres = result.GetValue(postgres),
            Customers = result.GetValue(customers),
            Requests = result.GetValue(requests),
            Days = result.GetValue(days),
            Rate = result.GetValue(rate),
            Seed = result.GetValue(seed),
            SeedOnly = result.GetValue(seedOnly),
        }));
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options)
    {
        SocketThreads.Use();
        DemoFile file = null!;
        var isNew = !File.Exists(Path.Combine(options.DataDirectory, DemoFile.Name));
        using (var signals = new StopSignals())
        {
            try
            {
                await SocketThreads.LeaveAsync(async () => file = await PrepareAsync(options, signals.Stop));
            }
            catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
            {
                return 0;
            }
            catch (Exception e) when (StoreFailure.IsExpected(e) || e is JsonException or ArgumentException)
            {
                Console.Error.WriteLine($"lava: {StoreFailure.Text(e, options.DataDirectory)}");
                return Failed;
            }
        }

        if (options.SeedOnly)
        {
            return 0;
        }

        await using var simulator = ProviderSimulator.Build(new SimulatorOptions { Urls = ["http://127.0.0.1:0"] });
        await simulator.StartAsync();
        await using var receiver = await DemoReceiver.StartAsync();
        var time = TimeProvider.System;
        var traffic = new DemoTraffic(file, options.Rate, new SeededRandom(options.Seed + time.GetUtcNow().Ticks), time);
        var errors = new List<string>();
        return await ServeCommand.RunAsync(
            Sources(options, file, simulator.Urls.First(), errors), errors, _ => null,
            (url, stop) => Task.WhenAll(
                traffic.RunAsync(new Uri(url), receiver.Webhooks, stop), isNew ? ProveAsync(options, stop) : Task.CompletedTask));
    }

    // So that the operator's page has something to say of the books.
    private static Task ProveAsync(DemoOptions options, CancellationToken stop) => VerifyCommand.RunAsync(
        new StoreOptions(options.DataDirectory, options.Postgres, NodeId: 1), PriceCatalog.Shipped(), isRecorded: true, TextWriter.Null,
        Console.Error, stop);

    /// <summary>The past, made if it is not there.</summary>
    /// <exception cref="StartupException">The directory is another's, or half made.</exception>
    private static async Task<DemoFile> PrepareAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        var found = Directory.Exists(options.DataDirectory) ? DemoFile.Read(options.DataDirectory) : null;
        if (found is { IsComplete: true })
        {
            Console.Error.WriteLine(
                $"lava: the demonstration in {options.DataDirectory} goes on, made on {found.End:yyyy-MM-dd HH:mm} UTC.");
            return found;
        }

        if (found is not null)
        {
            throw new StartupException(
                $"The demonstration in {options.DataDirectory} was interrupted while it was made. Remove that directory and start again.");
        }

        if (Directory.Exists(options.DataDirectory) && Directory.EnumerateFileSystemEntries(options.DataDirectory).Any())
        {
            throw new StartupException(
                $"{options.DataDirectory} holds something that is no demonstration. Name another directory with --data.");
        }

        using var directory = DataDirectory.Open(options.DataDirectory);
        var started = Stopwatch.GetTimestamp();
        var key = SecretKeyText.New(isTest: true);
        new DemoFile { Seed = options.Seed, SecretKey = key }.Write(directory.Path);
        Console.Error.WriteLine($"lava: making {options.Days} days of {options.Customers} customers and {options.Requests} calls");
        await using var database = await Database.OpenAsync(
            options.Postgres, directory.Path, _ => { }, TimeProvider.System, cancellationToken);
        var seeder = new DemoSeeder(options, directory.MasterKey(null), TimeProvider.System);
        var made = await seeder.SeedAsync(database, key, cancellationToken);
        Directory.CreateDirectory(directory.Journal);
        made.Write(directory.Path);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"lava: made {made.CallsByDay.Sum()} calls in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s; keys are in "
                + $"{Path.Combine(directory.Path, DemoFile.Name)}"));
        return made;
    }

    // Nothing of the machine's own settings: a demonstration calls nobody outside, and charges no real card.
    private static SettingSources Sources(DemoOptions options, DemoFile file, string simulator, List<string> errors)
    {
        var flags = new Dictionary<string, string[]>
        {
            [ServeSettings.Data.Name] = [options.DataDirectory],
            [ServeSettings.Urls.Name] = options.Urls,
            [ServeSettings.Upstream.Name] = [$"*={simulator}"],
            [ServeSettings.AllowPrivateWebhooks.Name] = [bool.TrueString],
        };
        if (options.Postgres is not null)
        {
            flags.Add(ServeSettings.Postgres.Name, [options.Postgres]);
        }

        return new SettingSources(flags, name => name == ServeSettings.SecretKey.Variable ? file.SecretKey : null, null, errors);
    }

    private static Option<string> Text(string name, string otherwise, string description) =>
        new(name) { Description = $"{description} [{otherwise}]", DefaultValueFactory = _ => otherwise };

    private static Option<int> Number(string name, int otherwise, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} [{otherwise}]", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is var value && (value < least || value > most))
            {
                result.AddError($"{name} must be {least} to {most}.");
            }
        });
        return option;
    }
}
