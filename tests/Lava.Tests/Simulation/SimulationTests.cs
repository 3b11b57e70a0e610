using System.Collections.Concurrent;
using System.Globalization;
using Lava.Wallets;
using Xunit.Abstractions;

namespace Lava.Tests.Simulation;

/// <summary>
/// The money core against a world that goes wrong. LAVA_SIM_SEED=N replays one seed and prints all of its events; LAVA_SIM_SEEDS=N runs
/// as many, LAVA_TEST_LONG a hundred times the usual number.
/// </summary>
[Collection(SimulationCollection.Name)]
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 10_000;
    private const int LongSeeds = 100 * Seeds;
    private const int Shown = 20;

    [Fact]
    public void Run_EverySeed_KeepsThePromises()
    {
        if (Environment.GetEnvironmentVariable("LAVA_SIM_SEED") is { } seed)
        {
            using var store = NewStore();
            Simulator.Run(ulong.Parse(seed, CultureInfo.InvariantCulture), store, output.WriteLine);
            return;
        }

        var failures = new ConcurrentDictionary<int, string>();
        Parallel.For(0, Count(), new ParallelOptions { MaxDegreeOfParallelism = 2 }, NewStore, Run, store => store.Dispose());
        var lines = failures.OrderBy(failure => failure.Key).Take(Shown).Select(failure => failure.Value.Split('\n')[0]);
        var first = failures.OrderBy(failure => failure.Key).FirstOrDefault();
        Assert.True(failures.IsEmpty, $"{failures.Count} seeds fail.\n{string.Join('\n', lines)}\n\n{first.Value}");

        WalletStore Run(int seed, ParallelLoopState loop, WalletStore store)
        {
            try
            {
                Simulator.Run((ulong)seed, store);
            }
            catch (SimulationFailedException error)
            {
                failures[seed] = error.Message;
            }

            return store;
        }
    }

    [Fact]
    public void Run_SameSeed_SameEvents()
    {
        using var store = NewStore();
        for (var seed = 0UL; seed < 20; seed++)
        {
            List<string> first = [], second = [];
            Simulator.Run(seed, store, first.Add);
            Simulator.Run(seed, store, second.Add);
            Assert.Equal(first, second);
        }
    }

    private static WalletStore NewStore() => new(16);

    private static int Count() =>
        Environment.GetEnvironmentVariable("LAVA_SIM_SEEDS") is { } count ? int.Parse(count, CultureInfo.InvariantCulture)
        : Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is null ? Seeds : LongSeeds;
}
