using Lava.Billing.Payments;
using Lava.Testing.Gateway;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

/// <summary>
/// Many charges while everything goes wrong at random, by the law that payments keep: a charge's name is known before money is asked for,
/// and after a failure what became of it is asked by that name. What counts is what the stand-in took.
/// </summary>
public sealed class StripeStormTests
{
    private const int Orders = 30;

    private static readonly StandInFault[] Faults =
    [
        StandInFault.ResetBefore, StandInFault.ResetAfterCommit, StandInFault.HalfAnswer, StandInFault.Stored500,
        StandInFault.Stored500AfterCommit, StandInFault.Plain500, StandInFault.LockTimeout409, StandInFault.RateLimit429,
    ];

    private static readonly string[] Cards =
        ["pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_visa_chargeDeclined", "pm_card_authenticationRequired"];

    public static TheoryData<int> Seeds =>
        new(Enumerable.Range(1, Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is null ? 8 : 200));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Charges_WhateverGoesWrong_AreTakenOnceOrNotAtAll(int seed)
    {
        var time = new ManualTime();
        await using var account = await StripeAccount.OpenAsync(time);
        var random = new Random(seed);
        account.StandIn.Rain(seed, 0.4, Faults);
        var orders = Enumerable.Range(0, Orders).Select(i => account.Order(Cards[random.Next(Cards.Length)])).ToList();

        var names = new string?[Orders];
        var results = new ChargeResult?[Orders];
        for (var i = 0; i < Orders; i++)
        {
            (names[i], results[i]) = await BeginAsync(account, orders[i], diesBeforeCharge: random.Next(5) == 0);
        }

        // Some processes come back at once, some after a day: the keys are forgotten then.
        var isLate = seed % 2 == 0;
        if (isLate)
        {
            time.Advance(TimeSpan.FromHours(25));
        }

        for (var i = 0; i < Orders; i++)
        {
            results[i] ??= await RecoverAsync(account, orders[i], names[i], isLate);
        }

        for (var i = 0; i < Orders; i++)
        {
            var books = account.Books(orders[i]);
            var isPaid = results[i]!.Outcome == ChargeOutcome.Succeeded;
            Assert.Equal((isPaid ? 1 : 0, isPaid ? 2_500 : 0), (books.Captures, books.Captured));
            Assert.True(books.Intents <= 1, $"{books.Intents} charges of one attempt, which is late: {isLate}");
        }

        Assert.Contains(results, result => result!.Outcome == ChargeOutcome.Succeeded);
        Assert.Contains(results, result => result!.Outcome == ChargeOutcome.Declined);
    }

    private static async Task<(string? Name, ChargeResult? Result)> BeginAsync(
        StripeAccount account, ChargeOrder order, bool diesBeforeCharge)
    {
        try
        {
            var name = await account.Payments.PrepareAsync(order, CancellationToken.None);
            var result = diesBeforeCharge ? null : await account.Payments.ChargeAsync(order, name, CancellationToken.None);
            return (name, result is { Outcome: not (ChargeOutcome.Unknown or ChargeOutcome.NotTaken) } ? result : null);
        }
        catch (ProviderUnavailableException)
        {
            return (null, null);
        }
    }

    // As payments are taken up: by name; with none by a search, or the same order again while its key is known; then it is ended.
    private static async Task<ChargeResult> RecoverAsync(StripeAccount account, ChargeOrder order, string? name, bool isLate)
    {
        for (var round = 0; round < 100; round++)
        {
            try
            {
                name ??= isLate
                    ? await account.Payments.FindAsync(order, CancellationToken.None)
                    : await account.Payments.PrepareAsync(order, CancellationToken.None);
                if (name is null)
                {
                    return new ChargeResult(ChargeOutcome.NotTaken, null, null, null);
                }

                var now = await account.Payments.ReadAsync(order, name, CancellationToken.None);
                if (now.Outcome == ChargeOutcome.NotTaken)
                {
                    now = await account.Payments.CancelAsync(order, name, CancellationToken.None);
                }

                if (now.Outcome != ChargeOutcome.Unknown)
                {
                    return now;
                }
            }
            catch (ProviderUnavailableException)
            {
                if (round == 20)
                {
                    // A stored 500 answers for ever under its key: nobody knows whether the charge was made, so it is looked for.
                    isLate = true;
                }
            }
        }

        throw new InvalidOperationException("It was never known what became of a charge.");
    }
}
