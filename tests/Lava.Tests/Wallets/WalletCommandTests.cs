using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Lava.Tests.Wallets;

/// <summary>
/// Random lives of two wallets, through restarts, against a plain model. A failure shows the shortest steps that make it and its seed:
/// LAVA_TEST_REPLAY=seed,gamma,size runs that one alone, LAVA_TEST_LONG=1 runs many with a new seed.
/// </summary>
public sealed class WalletCommandTests
{
    private const int Runs = 100;
    private const int LongRuns = 10_000;
    private const int LongestRun = 80;

    // The same in every run of the test command; chosen for nothing.
    private static readonly Rnd Seed = new(20260101);

    [Fact]
    public void AnyLife_OfTwoWallets_AgreesWithTheModel()
    {
        var steps = Arb.From(Steps(), Smaller).Array();
        Check.One(Config(), Prop.ForAll(steps, Live));
    }

    private static Gen<WalletStep> Steps()
    {
        var kinds = Gen.Frequency(
            (3, Gen.Constant(WalletStepKind.Grant)),
            (8, Gen.Constant(WalletStepKind.Reserve)),
            (1, Gen.Elements(WalletStepKind.Restart, WalletStepKind.Kill)),
            (12, Gen.Elements(Enum.GetValues<WalletStepKind>()[..^2])));
        return from kind in kinds
               from which in Gen.Choose(0, 5)
               from amount in Gen.Choose(0, 1000)
               select new WalletStep(kind, which, amount);
    }

    private static IEnumerable<WalletStep> Smaller(WalletStep step)
    {
        if (step.Amount > 0)
        {
            yield return step with { Amount = 0 };
            yield return step with { Amount = step.Amount / 2 };
        }

        if (step.Which > 0)
        {
            yield return step with { Which = 0 };
        }
    }

    private static void Live(WalletStep[] steps)
    {
        WalletModel[] models = [new(500, 0), new(0, null)];
        using var node = new WalletNode([.. models.Select(static model => model.ToBalance())]);
        var life = new WalletLife(node, models);
        foreach (var step in steps)
        {
            life.Take(step);
            life.AssertAgrees();
        }

        life.AssertEndsWell();
    }

    private static Config Config()
    {
        var isLong = Environment.GetEnvironmentVariable("LAVA_TEST_LONG") == "1";
        var config = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(isLong ? LongRuns : Runs).WithEndSize(LongestRun);
        if (Environment.GetEnvironmentVariable("LAVA_TEST_REPLAY")?.Split(',') is [var seed, var gamma, var size])
        {
            var random = new Rnd(ulong.Parse(seed, CultureInfo.InvariantCulture), ulong.Parse(gamma, CultureInfo.InvariantCulture));
            return config.WithReplay(new Replay(random, int.Parse(size, CultureInfo.InvariantCulture)));
        }

        return isLong ? config : config.WithReplay(new Replay(Seed, FSharpOption<int>.None));
    }
}
