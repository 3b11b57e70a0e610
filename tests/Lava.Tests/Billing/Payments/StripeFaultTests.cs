using Lava.Billing.Payments;
using Lava.Core;
using Lava.Testing.Stripe;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>Each fault of Stripe at each call of a charge, over the real books: money is taken and credited once, or neither.</summary>
[Collection(BillingCollection.Name)]
public sealed class StripeFaultTests(PostgresServer server) : IAsyncLifetime
{
    private const string Create = "POST /v1/payment_intents";
    private const string Confirm = "POST /v1/payment_intents/*/confirm";
    private const string Read = "GET /v1/payment_intents/*";
    private const string Find = "GET /v1/payment_intents";
    private const string Cancel = "POST /v1/payment_intents/*/cancel";

    // The tries of one call: all of them go wrong.
    private const int Tries = 4;

    // The call that goes wrong, and what went wrong before, so that it is come to.
    private static readonly (string Call, string? Before, StandInFault Fault)[] Points =
    [
        (Create, null, default),
        (Confirm, null, default),
        (Read, Confirm, StandInFault.ResetAfterCommit),
        (Read, Confirm, StandInFault.ResetBefore),
        (Find, Create, StandInFault.Stored500AfterCommit),
        (Cancel, Confirm, StandInFault.ResetBefore),
    ];

    // Before each look: while Stripe knows its keys, and when they are forgotten. Everyday each round has one of them, in turn.
    private static readonly int[] Hours = [1, 25];
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is not null;
    private StripeBooks _books = null!;

    public static TheoryData<StandInFault> Faults => new(Enum.GetValues<StandInFault>());

    public async Task InitializeAsync() => _books = await StripeBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Charge_GoesWrongAtEachOfItsCalls_IsTakenAndCreditedOnceOrNeither(StandInFault fault)
    {
        var round = 0;
        foreach (var point in Points)
        {
            foreach (var isAttended in new[] { false, true })
            {
                round++;
                foreach (var hours in IsLong ? Hours : [Hours[(((round + 1) / 2) + round + (int)fault) % 2]])
                {
                    // A charge that nobody waits for and whose key still holds is not cancelled: it is asked for again.
                    var late = point.Call == Cancel && !isAttended ? Hours[1] : hours;
                    await RoundAsync(point, fault, isAttended, late, $"{round} {hours}", isEven: round % 2 == 0);
                }
            }
        }

        await _books.AssertSoundAsync();
    }

    private async Task RoundAsync(
        (string Call, string? Before, StandInFault Fault) point, StandInFault fault, bool isAttended, int hours, string key,
        bool isEven)
    {
        var name = $"{point.Call} after {point.Before} {point.Fault}, attended {isAttended}, taken up after {hours} h";
        var seen = _books.Stripe.Requests.Count;
        if (point.Before is { } before)
        {
            _books.Stripe.On(before).Fault(point.Fault, before == Create ? 1 : Tries);
        }

        _books.Stripe.On(point.Call).Fault(fault, Tries);
        var order = (isAttended ? _books.Books.BuyAttended() : _books.Books.BuyBundle()) with { IdempotencyKey = key };
        try
        {
            await _books.Books.PayAsync(order);
            if ((int)fault % 3 == 0)
            {
                // Events come before anybody looks; else behind.
                await _books.TellAsync(isEven ? StandInDeliveries.Twice : StandInDeliveries.Shuffled);
            }

            await _books.SettleAsync(_ => hours);
            var status = await _books.Books.PayAsync(order);

            var payment = (await _books.Books.PaymentsAsync())[0];
            var there = _books.At(payment);
            Assert.Equal(there.Captures == 1 ? PaymentStatus.Succeeded : PaymentStatus.Failed, status);
            Assert.Equal((status == PaymentStatus.Succeeded ? 1 : 0, 0), (there.Captures, (int)there.Refunded));

            // What nobody waits for is paid in the end.
            Assert.True(isAttended || status == PaymentStatus.Succeeded, $"{status}");
            var met = _books.Stripe.Requests.Skip(seen).Count(request => request.Fault is not null);
            Assert.Equal(Tries + (point.Before is null ? 0 : point.Before == Create ? 1 : Tries), met);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{fault} at {name}: {failure.Message}", failure);
        }

        var paid = (await _books.Books.PaymentsAsync()).Count(payment => payment.Status == PaymentStatus.Succeeded);
        Assert.Equal(new Money(Money.Parse("12").Units * paid), _books.Books.Live.Posted);
    }
}
