using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Benchmarks.Wallets;

/// <summary>What a call's two changes of its wallet cost, on one hot wallet and on many.</summary>
[MemoryDiagnoser]
public class ReserveSettleBenchmark
{
    // Many pairs in one invocation: starting the second thread must not count.
    private const int Pairs = 1_000_000;

    private WalletStore _store = null!;

    [Params(1, 1_000, 1_000_000)]
    public int Wallets { get; set; }

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

    [Benchmark(Baseline = true, OperationsPerInvoke = Pairs)]
    [BenchmarkCategory(Figures.Category)]
    public void OneThread() => Run(1, Pairs);

    [Benchmark(OperationsPerInvoke = Pairs)]
    public void TwoThreads()
    {
        var other = new Thread(() => Run(2, Pairs / 2));
        other.Start();
        Run(3, Pairs / 2);
        other.Join();
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
