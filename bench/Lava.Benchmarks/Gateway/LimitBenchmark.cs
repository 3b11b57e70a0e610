using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Authentication;
using Lava.Gateway.Limits;
using Lava.Gateway.Relay;

namespace Lava.Benchmarks.Gateway;

/// <summary>What the hard limits of one customer cost a call: taken before it, corrected after it; by one thread and by more.</summary>
[MemoryDiagnoser]
public class LimitBenchmark
{
    // Many pairs in one invocation: starting threads must not count.
    private const int Pairs = 1_000_000;

    private LimitCounters _limits = null!;
    private GatewayCall[] _calls = null!;

    [Params(1, 2, 8)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _limits = new LimitCounters();
        _calls = [.. Enumerable.Range(0, Threads).Select(_ => Call())];
    }

    [Benchmark(OperationsPerInvoke = Pairs)]
    [BenchmarkCategory(Figures.Category)]
    public void HoldSettle() => Parallel.ForEach(
        _calls,
        new ParallelOptions { MaxDegreeOfParallelism = Threads },
        call =>
        {
            for (var i = 0; i < Pairs / Threads; i++)
            {
                _limits.Hold(call, new LimitUse(1, 1_000, 5));
                _limits.Settle(call);
            }
        });

    private static GatewayCall Call()
    {
        var customer = new Customer
        {
            Id = Guid.AllBitsSet,
            MerchantId = Guid.Empty,
            WalletId = 1,
            Limits = [new UsageLimit(LimitUnit.Tokens, LimitCycle.Daily, long.MaxValue / 2, LimitScope.Customer)],
        };
        var call = new GatewayCall(TimeProvider.System, new BodyBudget(0))
        {
            Identity = new CallIdentity
            {
                Merchant = new Merchant { Id = Guid.Empty, IsTest = true, WalletId = 2 },
                Customer = customer,
            },
        };
        call.Record.CustomerId = customer.Id;
        call.Record.CreatedAtMicros = call.NowMicros();
        return call;
    }
}
