using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Benchmarks.Wallets;

/// <summary>
/// What a call's two changes of its wallet cost, on one hot wallet and on many, by one thread, by two and by more than there are cores.
/// The time is that of all pairs divided by their number, whichever thread did them: with two threads and no contention it is half.
/// </summary>
[MemoryDiagnoser]
public class ReserveSettleBenchmark
{
    // Many pairs in one invocation: starting threads must not count.
    private const int Pairs = 1_000_000;

    private WalletStore _store = null!;

    [Params(1, 1_000, 1_000_000)]
    public int Wallets { get; set; }

    [Params(1, 2, 8)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _store = new WalletStore(Wallets);
        for (var id = 0; id < Wallets; id++)
        {
            _store.Open(id, Money.FromDollars(100), Money.Zero);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _store.Dispose();

    [Benchmark(OperationsPerInvoke = Pairs)]
    [BenchmarkCategory(Figures.Category)]
    public void ReserveAndSettle()
    {
        var others = new Thread[Threads - 1];
        for (var i = 0; i < others.Length; i++)
        {
            var seed = (ulong)i + 2;
            others[i] = new Thread(() => Run(seed, Pairs / Threads));
            others[i].Start();
        }

        Run(1, Pairs / Threads);
        Array.ForEach(others, static thread => thread.Join());
    }

    private void Run(ulong seed, int pairs)
    {
        var amount = new Money(1000);
        for (var i = 0; i < pairs; i++)
        {
            // An even spread without a division: the worst for the cache.
            seed = (seed * 6364136223846793005) + 1442695040888963407;
            var wallet = (long)(((seed >> 32) * (ulong)Wallets) >> 32);
            _store.Reserve(wallet, amount, out _);
            _store.Settle(wallet, amount, Money.Zero, out _);
        }
    }
}
