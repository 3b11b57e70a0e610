using Lava.Core;

namespace Lava.Tests.Wallets;

/// <summary>Takes steps with the real wallets and with the model, and compares.</summary>
internal sealed class WalletLife(WalletNode node, WalletModel[] models)
{
    private readonly Int128[] _in = Array.ConvertAll(models, static model => model.Posted);
    private readonly Int128[] _out = new Int128[models.Length];
    private int _calls;

    internal void Take(WalletStep step)
    {
        var wallet = step.Which % models.Length;
        var model = models[wallet];
        switch (step.Kind)
        {
            case WalletStepKind.Grant:
                Credit(wallet, step.Amount);
                break;
            case WalletStepKind.Expire:
                Credit(wallet, -(long)Int128.Clamp(model.Posted, 0, step.Amount));
                break;
            case WalletStepKind.Refund:
                Credit(wallet, -step.Amount);
                break;
            case WalletStepKind.SetFloor:
                model.Floor = step.Amount % 2 == 0 ? null : step.Amount - 500;
                node.SetFloor(wallet, model.ToBalance().Floor);
                break;
            case WalletStepKind.Reserve:
                Reserve(wallet, new Guid(++_calls, 0, 0, new byte[8]), step.Amount);
                break;
            case WalletStepKind.Flush:
                node.Flush(step.Amount / 20);
                break;
            case WalletStepKind.Restart or WalletStepKind.Kill:
                Restart(step.Kind == WalletStepKind.Kill);
                break;
            default:
                TakeOfCall(step);
                break;
        }
    }

    internal void AssertAgrees()
    {
        for (var wallet = 0; wallet < models.Length; wallet++)
        {
            Assert.Equal(models[wallet].ToBalance(), node.Read(wallet));
            Assert.Equal(_in[wallet] - _out[wallet], node.Read(wallet).Posted.Units);
        }

        Assert.Equal(models.Sum(static model => model.Calls.Count), node.OpenHolds);
    }

    /// <summary>When all has ended and been flushed PostgreSQL has the same, and the journal has let go of the rest.</summary>
    internal void AssertEndsWell()
    {
        Restart(killed: true);
        AssertAgrees();
        node.Flush(int.MaxValue);
        Assert.Equal(1, node.Segments);
        for (var wallet = 0; wallet < models.Length; wallet++)
        {
            Assert.Equal(models[wallet].ToBalance().Posted, node.PostgresPosted(wallet));
            Assert.Equal(Money.Zero, node.Read(wallet).Reserved);
        }
    }

    private void TakeOfCall(WalletStep step)
    {
        var open = models.SelectMany((model, wallet) => model.Calls.Select(call => (wallet, call.Key, call.Value))).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var (wallet, call, (held, used)) = open[step.Which % open.Count];
        switch (step.Kind)
        {
            case WalletStepKind.Extend:
                Reserve(wallet, call, step.Amount);
                break;
            case WalletStepKind.Progress:
                models[wallet].Use(call, used + step.Amount);
                node.Use(wallet, call, held, used + step.Amount);
                break;
            case WalletStepKind.SettleLess:
                End(wallet, call, held, held * step.Amount / 1000);
                break;
            case WalletStepKind.SettleExactly:
                End(wallet, call, held, held);
                break;
            case WalletStepKind.SettleOver:
                End(wallet, call, held, held + step.Amount);
                break;
            case WalletStepKind.Release:
                End(wallet, call, held, 0);
                break;
        }
    }

    private void Reserve(int wallet, Guid call, long amount)
    {
        var (held, used) = models[wallet].Calls.GetValueOrDefault(call);
        Assert.Equal(models[wallet].Reserve(call, amount), node.Reserve(wallet, call, amount, held + amount, used));
    }

    private void End(int wallet, Guid call, long held, long debit)
    {
        models[wallet].End(call, debit);
        node.End(wallet, call, held, debit);
        _out[wallet] += debit;
    }

    private void Credit(int wallet, long amount)
    {
        models[wallet].Credit(amount);
        node.Credit(wallet, amount);
        _in[wallet] += amount;
    }

    private void Restart(bool killed)
    {
        for (var wallet = 0; wallet < models.Length; wallet++)
        {
            _out[wallet] += models[wallet].Calls.Values.Sum(static call => call.Used);
            models[wallet].Restart();
        }

        node.Restart(killed);
    }
}
