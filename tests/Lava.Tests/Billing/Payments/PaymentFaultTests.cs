using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>
/// The store and the provider fail at each step, before and after it; the process dies between: each capture is booked once.
/// </summary>
[Collection(BillingCollection.Name)]
public sealed class PaymentFaultTests(PostgresServer server) : IAsyncLifetime
{
    private const int Steps = 40;
    private PaymentBooks _books = null!;

    public async Task InitializeAsync()
    {
        _books = await PaymentBooks.OpenAsync(await server.CreateDatabaseAsync());
        await _books.SubscribeAsync(OverageMode.AutoCharge, "5", "1");
        await _books.AddCardAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [InlineData("open", 1, false)]
    [InlineData("open", 2, false)]
    [InlineData("open", 2, true)]
    [InlineData("begin", 1, false)]
    [InlineData("begin", 2, false)]
    [InlineData("begin", 2, true)]
    [InlineData("note", 1, false)]
    [InlineData("note", 1, true)]
    [InlineData("note", 2, false)]
    [InlineData("note", 2, true)]
    [InlineData("succeed", 1, false)]
    [InlineData("succeed", 1, true)]
    [InlineData("succeed", 2, false)]
    [InlineData("succeed", 2, true)]
    public async Task Pay_StoreFailsOnce_IsBookedOnceAfterwards(string step, int when, bool dies)
    {
        _books.Store.Fault = name => name == step ? when : 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.PayAsync(_books.BuyBundle("k")));
        _books.Store.Fault = _ => 0;
        if (dies)
        {
            await _books.RestartAsync();
        }

        await SettleAsync();
        Assert.Equal(PaymentStatus.Succeeded, await _books.PayAsync(_books.BuyBundle("k")));

        Assert.Single(_books.Provider.Captured);
        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData("due")]
    [InlineData("attempt")]
    public async Task RunDue_FirstLookAfterADeathMeetsAFailure_TakesUpWhatWasLeftAtTheNext(string step)
    {
        _books.Provider.Fault = name => name == "charge" ? 1 : 0;
        Assert.Equal(PaymentStatus.Attempting, await _books.PayAsync(_books.BuyBundle("k")));

        // Whoever began it may be at it still.
        _books.Provider.Fault = _ => 0;
        await _books.RunDueAsync();
        await _books.RunDueAsync();
        Assert.Equal(1, _books.Provider.Asked);

        await _books.RestartAsync();
        _books.Store.Fault = name => name == step ? 1 : 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(_books.RunDueAsync);
        _books.Store.Fault = _ => 0;
        await _books.RunDueAsync();

        Assert.Equal((PaymentStatus.Succeeded, 2), ((await _books.OnlyPaymentAsync()).Status, _books.Provider.Asked));
        Assert.Single(_books.Provider.Captured);
        await _books.AssertSoundAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fail_StoreFailsOnce_CountsTheAttemptOnce(int when)
    {
        _books.Provider.Decide = _ => "generic_decline";
        _books.Store.Fault = name => name == "fail" ? when : 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.PayAsync(_books.Renew(Guid.NewGuid())));
        _books.Store.Fault = _ => 0;

        await SettleAsync();

        var payment = await _books.OnlyPaymentAsync();
        Assert.Equal((PaymentStatus.Waiting, 1, 1), (payment.Status, payment.Attempts, _books.Provider.Asked));
        Assert.Equal(PaymentBooks.Start.AddHours(1), payment.NextAttemptAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pay_ProviderDoesNotAnswer_AsksAgainUnderTheSameKey(bool tookTheMoney)
    {
        Action works = () => { };
        Action fails = () => throw new TimeoutException();
        (_books.Provider.Before, _books.Provider.After) = tookTheMoney ? (works, fails) : (fails, works);
        Assert.Equal(PaymentStatus.Attempting, await _books.PayAsync(_books.BuyBundle("k")));
        (_books.Provider.Before, _books.Provider.After) = (works, works);

        // Not at once: the first may still be on its way. And nothing else may be begun meanwhile.
        await _books.RunDueAsync();
        await _books.RunDueAsync();
        await SettleAsync();

        Assert.Equal(1, Assert.Single(_books.Provider.Captured).Key.Attempt);
        Assert.Equal(PaymentStatus.Succeeded, (await _books.OnlyPaymentAsync()).Status);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task InDoubt_StillAway_IsNotAttemptedByAnybody()
    {
        _books.Store.Fault = name => name is "succeed" or "doubt" ? 1 : 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _books.PayAsync(_books.BuyBundle("k")));
        await _books.AgeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(_books.RunDueAsync);
        Assert.Equal(1, _books.Provider.Asked);
        Assert.Equal(Money.Zero, _books.Live.Posted);

        _books.Store.Fault = _ => 0;
        await SettleAsync();

        Assert.Equal(Money.Parse("12"), _books.Live.Posted);
        await _books.AssertSoundAsync();
    }

    [Fact]
    public async Task RunDue_TwoWorkersAtOnce_AttemptOnce()
    {
        _books.Provider.Decide = _ => "generic_decline";
        await _books.PayAsync(_books.Renew(Guid.NewGuid()));
        var others = _books.OtherWorkers();

        // A process that has just begun takes an attempt of now for one that was left, and asks for the same charge again.
        foreach (var cards in others)
        {
            await cards.RunDueAsync(CancellationToken.None);
        }

        await _books.AdvanceAsync(TimeSpan.FromHours(1));

        await Task.WhenAll(others.Select(cards => Task.Run(() => cards.RunDueAsync(CancellationToken.None))));

        Assert.Equal((2, 2), ((await _books.OnlyPaymentAsync()).Attempts, _books.Provider.Asked));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Life_WithFaultsAtRandom_BooksEachCaptureOnce(int seed)
    {
        var random = new Random(seed);
        for (var step = 0; step < Steps; step++)
        {
            _books.Store.Fault = _ => random.Next(8) is var fault and (1 or 2) ? fault : 0;
            _books.AdjustmentFault = () => random.Next(6) is var fault and (1 or 2) ? fault : 0;
            _books.Provider.Fault = _ => random.Next(12) is var fault and (1 or 2) ? fault : 0;
            _books.Provider.After = () => Fail(random);
            _books.Provider.Decide = _ => random.Next(6) switch
            {
                0 or 1 => "generic_decline",
                2 => DeclineCodes.AuthenticationRequired,
                _ => null,
            };
            _books.Provider.DecideRefund = order => _books.Lates.Contains(order.ChargeReference)
                ? RefundStatus.Succeeded
                : (RefundStatus)random.Next(1, 4);
            try
            {
                await StepAsync(random);
            }
            catch (Exception fault) when (fault is StoreUnavailableException or TimeoutException)
            {
                // What the fault was for.
            }
        }

        _books.Store.Fault = _ => 0;
        _books.AdjustmentFault = () => 0;
        (_books.Provider.Fault, _books.Provider.After, _books.Provider.Decide) = (_ => 0, () => { }, _ => null);
        _books.Provider.EndRefunds();
        await SettleAsync();
        await _books.WatchAsync();
        await SettleAsync();

        Assert.NotEmpty(_books.Provider.Captured);
        Assert.All(_books.Provider.Captured.GroupBy(capture => capture.Key.Payment), payment => Assert.Single(payment));
        Assert.DoesNotContain(await _books.PaymentsAsync(), payment => payment.Status is PaymentStatus.Waiting or PaymentStatus.Attempting);
        await _books.AssertSoundAsync();
    }

    private Task StepAsync(Random random) => random.Next(13) switch
    {
        7 => _books.PayAsync(_books.BuyAttended()),
        8 => AnyAsync(random, payment => _books.Cards.ResumeAsync(payment.Id, CancellationToken.None)),
        9 => AnyAsync(random, payment => _books.Cards.AnswerAsync(payment, random.Next(2) == 0)),
        10 => AnyAsync(random, payment => _books.RefundAsync(payment.Id, random.Next(3) == 0 ? null : "0.5")),
        11 => AnyAsync(random, payment => DisputeAsync(payment, random)),
        12 => CaptureLateAsync(random),
        0 => _books.PayAsync(_books.BuyBundle($"{random.Next(10)}")),
        1 => _books.PayAsync(_books.Renew(Guid.NewGuid(), "1.234")),
        2 => _books.RunDueAsync(),
        3 => Task.WhenAll(_books.RunDueAsync(), _books.WatchAsync()),
        4 => _books.AdvanceAsync(TimeSpan.FromHours(random.Next(1, 100))),
        5 => _books.RestartAsync(),
        _ => _books.CallAsync("0.7"),
    };

    private async Task AnyAsync(Random random, Func<Payment, Task> act)
    {
        if (await _books.PaymentsAsync() is { Count: > 0 } payments)
        {
            await act(payments[random.Next(payments.Count)]);
        }
    }

    private async Task DisputeAsync(Payment payment, Random random)
    {
        if (payment is { Status: PaymentStatus.Succeeded, ProviderReference: { } charge })
        {
            var name = $"dp_{payment.Id:N}";
            _books.Provider.Known[name] = new DisputeResult(
                name, charge, payment.Amount, (DisputeStatus)random.Next(4), PaymentBooks.Start);
            await _books.Disputes.LookAsync(name, PaymentProviderKind.Sandbox, CancellationToken.None);
        }
    }

    // A page that was left open pays a charge that was declined and could not be ended.
    private async Task CaptureLateAsync(Random random)
    {
        var over = (await _books.PaymentsAsync()).FindAll(payment => payment is { Status: PaymentStatus.Failed, Attempts: > 0 });
        if (over.Count == 0)
        {
            return;
        }

        var payment = over[random.Next(over.Count)];
        var charge = StandInProvider.NameOf(payment.Id, payment.Attempts);
        if (_books.Provider.Has(charge) && _books.Lates.Add(charge))
        {
            _books.Provider.CaptureLate(charge);
        }

        await _books.Cards.ResumeChargeAsync(charge, CancellationToken.None);
    }

    // Until nothing is open any more: old attempts are asked for, waiting ones become due.
    private async Task SettleAsync()
    {
        for (var round = 0; round < 5; round++)
        {
            foreach (var left in (await _books.PaymentsAsync()).FindAll(its => its.Terms.IsAttended))
            {
                // The person presses Pay again.
                await _books.Cards.AttemptAsync(left, CancellationToken.None);
            }

            await _books.AgeAsync();
            await _books.RunDueAsync();
            foreach (var charge in _books.Lates)
            {
                await _books.Cards.ResumeChargeAsync(charge, CancellationToken.None);
            }

            await _books.Refunds.RunDueAsync(CancellationToken.None);
            await _books.Disputes.RunDueAsync(CancellationToken.None);
            if ((await _books.PaymentsAsync()).Any(payment => payment is { Status: PaymentStatus.Waiting, Attempts: > 0 }
                && _books.Provider.Decide(null!) is null))
            {
                await _books.AdvanceAsync(TimeSpan.FromDays(8));
            }
        }
    }

    private static void Fail(Random random)
    {
        if (random.Next(5) == 0)
        {
            throw new TimeoutException();
        }
    }
}
