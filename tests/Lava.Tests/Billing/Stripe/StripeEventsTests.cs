using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Testing.Gateway;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

public sealed class StripeEventsTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly MemoryEventStore _store = new();
    private readonly RecordedActs _acts = new();
    private StripeAccount _account = null!;
    private StripeEvents _events = null!;
    private StripeGap _gap = null!;

    public async Task InitializeAsync()
    {
        _account = await StripeAccount.OpenAsync(_time);
        _events = new StripeEvents(_store, _account.Client, _account.Payments, _acts);
        _gap = new StripeGap(_store, _account.Client, _events, _time);
    }

    public async Task DisposeAsync() => await _account.DisposeAsync();

    [Fact]
    public async Task Handle_EachKind_LeadsToItsActOnTheObjectAsItIsNow()
    {
        var paid = (await _account.PayAsync(_account.Order())).Reference!;
        var refund = _account.StandIn.RefundByHand(paid, 100);
        var charge = (string)_account.StandIn.Read(paid)!["latest_charge"]!;
        var dispute = _account.StandIn.OpenDispute(paid);
        var card = _account.StandIn.AddCard(_account.Customer, "pm_card_visa");
        _account.StandIn.RenewCard(card, 2041);
        var gone = _account.StandIn.AddCard(_account.Customer, "pm_card_visa");
        await _account.Payments.DetachAsync(gone, isTest: true, CancellationToken.None);
        var objects = new Dictionary<string, (string Name, string? Act)>
        {
            ["payment_intent"] = (paid, $"charge {paid}"),
            ["charge"] = (charge, $"refunds {paid}"),
            ["refund"] = (refund, $"refunds {paid}"),
            ["dispute"] = (dispute, $"dispute {dispute}"),
            ["payment_method"] = (card, $"card {card} 2041"),
            ["setup_intent"] = ("seti_1", null),
        };

        foreach (var kind in StripeEventKinds.All)
        {
            var about = kind.StartsWith("charge.dispute", StringComparison.Ordinal) ? "dispute" : kind.Split('.')[0];
            _acts.Done.Clear();
            await _events.HandleAsync(Event(kind, objects[about].Name), CancellationToken.None);
            string[] expected = objects[about].Act is { } act ? [act] : [];
            Assert.Equal(expected, _acts.Done);
        }

        _acts.Done.Clear();
        await _events.HandleAsync(Event("payment_method.detached", gone), CancellationToken.None);
        Assert.Equal([$"card {gone} gone"], _acts.Done);
        Assert.InRange(StripeEventKinds.All.Count, 19, 20);
    }

    [Fact]
    public async Task Handle_ChargeThatNobodyKnows_IsFoundByWhatItRemembers()
    {
        var order = _account.Order();
        var paid = (await _account.PayAsync(order)).Reference!;
        _acts.Unknown.Add(paid);

        await _events.HandleAsync(Event("payment_intent.succeeded", paid), CancellationToken.None);
        Assert.Equal([$"charge {paid}", $"payment {order.PaymentId}"], _acts.Done);

        // Another product's charge on the same account, and one that is not there.
        _acts.Done.Clear();
        _account.StandIn.Change(paid, intent => intent["metadata"] = new System.Text.Json.Nodes.JsonObject());
        _acts.Unknown.Add("pi_none");
        await _events.HandleAsync(Event("payment_intent.succeeded", paid), CancellationToken.None);
        await _events.HandleAsync(Event("payment_intent.succeeded", "pi_none"), CancellationToken.None);
        Assert.Equal([$"charge {paid}", "charge pi_none"], _acts.Done);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 60)]
    [InlineData(2, 300)]
    [InlineData(3, 1_800)]
    [InlineData(4, 3_600)]
    [InlineData(70, 3_600)]
    public async Task Run_ActFails_IsTriedAgainLaterAndLater(int attempts, int seconds)
    {
        _acts.Failure = new ProviderUnavailableException("timeout");
        _store.Wait(Event("payment_intent.succeeded", "pi_1") with { Attempts = attempts });

        Assert.Equal(0, await _events.RunAsync(CancellationToken.None));

        Assert.Equal([("evt_1", TimeSpan.FromSeconds(seconds), "timeout")], _store.Postponed);
        Assert.Empty(_store.Ended);
    }

    [Fact]
    public async Task Run_ActFailsForThreeDays_IsGivenUpAndOthersGoOn()
    {
        _acts.Failure = new InvalidOperationException("sk_test_secret");
        _store.Wait(Event("payment_intent.succeeded", "pi_1") with { Attempts = StripeEvents.AttemptsMax - 1 });
        _store.Wait(Event("setup_intent.succeeded", "seti_1") with { Id = "evt_2" });

        Assert.Equal(1, await _events.RunAsync(CancellationToken.None));

        Assert.Equal([("evt_1", StripeEvents.GivenUp), ("evt_2", null)], _store.Ended);
        _store.Wait(Event("payment_intent.succeeded", "pi_1"));
        await _events.RunAsync(CancellationToken.None);
        Assert.Equal("InvalidOperationException", Assert.Single(_store.Postponed).Error);
    }

    [Fact]
    public async Task Repair_EventsThatNeverCame_AreKeptOldestFirstAndOnce()
    {
        _account.StandIn.Webhooks.Deliveries = StandInDeliveries.Never;
        for (var i = 0; i < 60; i++)
        {
            await _account.PayAsync(_account.Order());
        }

        // 60 of those that are kept; payment_intent.created and charge.succeeded are not.
        Assert.Equal(60, await _gap.RepairAsync(CancellationToken.None));
        Assert.Equal(0, await _gap.RepairAsync(CancellationToken.None));
        Assert.Equal(_store.Added.OrderBy(happened => happened.Id, StringComparer.Ordinal), _store.Added);

        // Only what is newer, with an hour's overlap, is asked for again.
        _time.Advance(TimeSpan.FromHours(2));
        await _account.PayAsync(_account.Order());
        await _account.PayAsync(_account.Order());
        var before = _account.Count("GET", "/v1/events");
        Assert.Equal(2, await _gap.RepairAsync(CancellationToken.None));
        Assert.Equal(before + 1, _account.Count("GET", "/v1/events"));
    }

    [Fact]
    public async Task Repair_NewEventCameFirst_AsksForThoseBehindItToo()
    {
        _account.StandIn.Webhooks.Deliveries = StandInDeliveries.Never;
        await _account.PayAsync(_account.Order());
        _time.Advance(TimeSpan.FromHours(5));
        await _store.AddAsync(
            Event("payment_intent.succeeded", "pi_1") with { CreatedAt = _time.GetUtcNow() }, CancellationToken.None);

        Assert.Equal(1, await _gap.RepairAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Repair_ListBreaksOff_KeepsNothingRatherThanHalf()
    {
        await _account.PayAsync(_account.Order());
        _account.StandIn.On("GET /v1/events").Fault(StandInFault.HalfAnswer, times: 4);
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _gap.RepairAsync(CancellationToken.None));
        Assert.Empty(_store.Added);
        Assert.Equal(1, await _gap.RepairAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Compare_ChargesOfThreeDays_AreResumedIfTheyWerePaidAndAreOurs()
    {
        var old = await _account.PayAsync(_account.Order());
        _time.Advance(StripeGap.Compared + TimeSpan.FromHours(1));
        var paid = await _account.PayAsync(_account.Order());
        await _account.PayAsync(_account.Order("pm_card_visa_chargeDeclined"));
        var foreign = await _account.PayAsync(_account.Order());
        _account.StandIn.Change(foreign.Reference!, intent => intent["metadata"] = new System.Text.Json.Nodes.JsonObject());

        await _gap.CompareAsync(CancellationToken.None);

        Assert.Equal([$"charge {paid.Reference}"], _acts.Done);
        Assert.NotEqual(old.Reference, paid.Reference);
        _acts.Failure = new InvalidOperationException();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _gap.CompareAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Round_LooksForMissingEventsAtStartAndHourly()
    {
        var round = new StripeRound(_events, _gap, _time);
        await round.RunAsync(CancellationToken.None);
        Assert.Equal((1, 1), (_account.Count("GET", "/v1/events"), _account.Count("GET", "/v1/payment_intents")));

        await round.RunAsync(CancellationToken.None);
        Assert.Equal(1, _account.Count("GET", "/v1/events"));
        _time.Advance(StripeRound.RepairEvery);
        await round.RunAsync(CancellationToken.None);
        Assert.Equal((2, 1), (_account.Count("GET", "/v1/events"), _account.Count("GET", "/v1/payment_intents")));
        _time.Advance(StripeRound.CompareEvery);
        _account.StandIn.On("GET /v1/events").Fault(StandInFault.Plain500, times: 4);
        await Assert.ThrowsAsync<ProviderUnavailableException>(() => round.RunAsync(CancellationToken.None));
        await round.RunAsync(CancellationToken.None);
        Assert.Equal(2, _account.Count("GET", "/v1/payment_intents"));
    }

    private ProviderEvent Event(string kind, string about) =>
        new(PaymentProviderKind.Stripe, "evt_1", kind, about, _time.GetUtcNow());
}
