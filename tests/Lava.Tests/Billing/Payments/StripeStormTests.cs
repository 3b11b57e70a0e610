using Lava.Billing.Payments;
using Lava.Postgres;
using Lava.Testing.Stripe;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>
/// A customer's life while everything goes wrong at random: each call to Stripe, PostgreSQL before and after its commits, the process;
/// events late, twice and in any order; days that go by. What Stripe took is what the books have, once.
/// </summary>
[Collection(BillingCollection.Name)]
public sealed class StripeStormTests(PostgresServer server) : IAsyncLifetime
{
    private const int Steps = 50;

    // More paid than declined.
    private static readonly string[] Cards =
        ["pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_authenticationRequired"];

    private static readonly int[] Hours = [1, 1, 5, 25, 80];
    private readonly Lock _chance = new();
    private Random _random = new(0);
    private StripeBooks _books = null!;

    public static TheoryData<int> Seeds =>
        new(Enumerable.Range(1, Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is null ? 4 : 100));

    public async Task InitializeAsync() => _books = await StripeBooks.OpenAsync(await server.CreateDatabaseAsync(), retries: 0);

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Life_WhateverGoesWrong_TakesAndCreditsOnceOrNeither(int seed)
    {
        _random = new Random(seed);
        _books.Stripe.Webhooks.Seed(seed);
        _books.Stripe.Rain(seed, 0.35, Enum.GetValues<StandInFault>());
        _books.Books.Store.Fault = _ => Chance(12) is var fault and (1 or 2) ? fault : 0;
        _books.Books.AdjustmentFault = () => Chance(8) is var fault and (1 or 2) ? fault : 0;
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                await StepAsync(Chance(16));
            }
            catch (Exception fault) when (fault is StoreUnavailableException or ProviderUnavailableException)
            {
                // What the fault was for.
            }
        }

        _books.Stripe.Rain(seed, 0);
        _books.Books.Store.Fault = _ => 0;
        _books.Books.AdjustmentFault = () => 0;
        _books.BecomeCard("pm_card_visa");
        await _books.SettleAsync(round => round < 3 ? 1 : 25);
        await _books.CompareAsync();

        await _books.AssertSoundAsync();
        var payments = await _books.Books.PaymentsAsync();
        Assert.DoesNotContain(payments, payment => payment.Status == PaymentStatus.Review);
        Assert.Contains(payments, payment => payment.Status == PaymentStatus.Succeeded);
    }

    private Task StepAsync(int which) => which switch
    {
        0 or 1 => _books.Books.PayAsync(_books.Books.BuyBundle($"{Chance(10)}")),
        2 => _books.Books.PayAsync(_books.Books.Renew(Guid.NewGuid(), "1.234")),
        3 => _books.Books.PayAsync(_books.Books.BuyAttended()),
        4 or 5 => WorkAsync(),
        6 => Task.WhenAll(_books.WorkAsync(), _books.Books.WatchAsync(), _books.TellAsync(StandInDeliveries.Twice)),
        7 => _books.TellAsync(StandInDeliveries.Shuffled),
        8 => _books.PassAsync(Hours[Chance(Hours.Length)]),
        9 => _books.Books.RestartAsync(),
        10 => _books.Books.CallAsync("0.7"),
        11 => AnyAsync(PaymentStatus.Attempting, AnswerAsync),
        12 => AnyAsync(PaymentStatus.Succeeded, GiveBackAsync),
        13 => AnyAsync(PaymentStatus.Succeeded, DisputeAsync),
        14 => _books.CompareAsync(),
        _ => ChangeCardAsync(),
    };

    // An hour later: what was begun and has no result is taken up.
    private async Task WorkAsync()
    {
        await _books.PassAsync(1);
        await _books.WorkAsync();
    }

    private async Task AnyAsync(PaymentStatus status, Func<Payment, Task> act)
    {
        if ((await _books.Books.PaymentsAsync()).FindAll(payment => payment.Status == status) is { Count: > 0 } found)
        {
            await act(found[Chance(found.Count)]);
        }
    }

    // The person answers the bank; the page tells of it, or is closed.
    private async Task AnswerAsync(Payment payment)
    {
        var confirms = Chance(3) > 0;
        var asked = _books.Stripe.ReadAll("payment_intent").Where(intent => (string)intent["status"]! == "requires_action").ToList();
        foreach (var intent in asked)
        {
            _books.Stripe.AnswerCharge((string)intent["id"]!, confirms);
        }

        if (Chance(2) == 0)
        {
            await _books.Books.Cards.AnswerAsync(payment, confirms);
        }
        else
        {
            await _books.Books.Cards.ResumeAsync(payment.Id, CancellationToken.None);
        }
    }

    // Here, or by somebody there.
    private async Task GiveBackAsync(Payment payment)
    {
        var there = _books.At(payment);
        if (Chance(2) == 0)
        {
            await _books.Books.RefundAsync(payment.Id, Chance(3) == 0 ? null : "0.5");
        }
        else if (there.Disputed == 0 && there.Captured - there.Refunded >= 50)
        {
            _books.Stripe.RefundByHand(payment.ProviderReference!, 50);
        }
    }

    private Task DisputeAsync(Payment payment)
    {
        var disputes = _books.Stripe.ReadAll("dispute");
        var open = disputes.Find(dispute => (string)dispute["payment_intent"]! == payment.ProviderReference);
        if (open is null)
        {
            _books.Stripe.OpenDispute(payment.ProviderReference!, Chance(3) == 0 ? "warning_needs_response" : "needs_response");
        }
        else
        {
            string[] next = ["needs_response", "under_review", "won", "lost"];
            _books.Stripe.MoveDispute((string)open["id"]!, next[Chance(next.Length)]);
        }

        return Task.CompletedTask;
    }

    private Task ChangeCardAsync()
    {
        _books.BecomeCard(Cards[Chance(Cards.Length)]);
        return Task.CompletedTask;
    }

    private int Chance(int below)
    {
        lock (_chance)
        {
            return _random.Next(below);
        }
    }
}
