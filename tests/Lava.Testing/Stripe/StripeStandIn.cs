using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lava.Testing.Stripe;

/// <summary>
/// Stripe in the test's own process: the part of its HTTP API that the server uses, with state, idempotency, events and whatever can go
/// wrong. Strict: unknown parameters, missing keys and impossible steps are refused.
/// </summary>
public sealed class StripeStandIn : IAsyncDisposable
{
    /// <summary>The secret of the webhook endpoint that tests register.</summary>
    public const string WebhookSecret = "whsec_standin0123456789abcdef0123456789";

    private readonly WebApplication _app;
    private readonly StandInState _state;
    private readonly StandInHttp _http;

    private StripeStandIn(WebApplication app, StandInState state, StandInHttp http, StandInWebhooks webhooks, bool isLive)
    {
        (_app, _state, _http, Webhooks) = (app, state, http, webhooks);
        SecretKey = isLive ? StandInHttp.LiveSecretKey : StandInHttp.TestSecretKey;
        PublishableKey = isLive ? StandInHttp.LivePublishableKey : StandInHttp.TestPublishableKey;
    }

    /// <summary>Where it listens: the value of <c>stripe-url</c>.</summary>
    public string Url => _app.Urls.First();

    /// <summary>The key of servers.</summary>
    public string SecretKey { get; }

    /// <summary>The key of pages.</summary>
    public string PublishableKey { get; }

    /// <summary>Tells of events.</summary>
    public StandInWebhooks Webhooks { get; }

    /// <summary>All requests of servers that came, in order.</summary>
    public IReadOnlyList<StandInRequest> Requests => _http.Requests;

    /// <summary>Hears of each request that gets no answer until its caller goes: whoever has a clock may end that wait at once.</summary>
    public Action Silent
    {
        get => _http.Silent;
        set => _http.Silent = value;
    }

    /// <summary>Starts it on a free port.</summary>
    /// <param name="time">Its clock: keys are forgotten after 24 h of it.</param>
    /// <param name="isLive">With live keys.</param>
    public static async Task<StripeStandIn> StartAsync(TimeProvider? time = null, bool isLive = false)
    {
        var state = new StandInState(time ?? TimeProvider.System, isLive);
        var webhooks = new StandInWebhooks(state);
        var http = new StandInHttp(state, new StandInKeys(time ?? TimeProvider.System), webhooks.Look);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        app.Run(http.InvokeAsync);
        await app.StartAsync();
        return new StripeStandIn(app, state, http, webhooks, isLive);
    }

    /// <summary>What is to happen to requests: <c>POST /v1/payment_intents/*/confirm</c>.</summary>
    public StandInRoute On(string pattern) => _http.Faults.On(pattern);

    /// <summary>From now on every request goes wrong with this probability, in one of these ways; without faults: none does.</summary>
    public void Rain(int seed, double probability, params StandInFault[] faults) =>
        _http.Faults.Rain(seed, faults.Length == 0 ? 0 : probability, faults);

    /// <summary>What was done for a payment of ours (<c>pay_…</c>).</summary>
    public StandInBooks Books(string payment)
    {
        lock (_state.Lock)
        {
            var intents = _state.All("payment_intent").Where(intent => (string?)intent["metadata"]!["lava_payment"] == payment).ToList();
            var names = intents.Select(intent => (string)intent["id"]!).ToHashSet();
            bool IsOfIt(JsonObject about) => names.Contains((string?)about["payment_intent"] ?? "");
            var charges = _state.All("charge").Where(IsOfIt).ToList();
            var refunds = _state.All("refund").Where(IsOfIt).Where(refund => (string?)refund["status"] is "succeeded" or "pending");
            var disputes = _state.All("dispute").Where(IsOfIt)
                .Where(dispute => StandInDisputes.HasTaken((string)dispute["status"]!));
            return new StandInBooks(Sum(charges), Sum(refunds), Sum(disputes), charges.Count, intents.Count);
        }
    }

    /// <summary>A copy of an object as it is now; null: there is none.</summary>
    public JsonObject? Read(string reference) => Do(() => (JsonObject?)_state.Find(reference)?.DeepClone());

    /// <summary>All objects of a kind (payment_intent, refund, …), the oldest first.</summary>
    public List<JsonObject> ReadAll(string kind) =>
        Do(() => _state.All(kind).Reverse().Select(found => (JsonObject)found.DeepClone()).ToList());

    /// <summary>Makes an object other than it should be: an amount, a currency, metadata. Nothing is told.</summary>
    public void Change(string reference, Action<JsonObject> change) => Do(() => change(_state.Find(reference)!));

    /// <summary>A person types a card into the page; false: its bank refused it. A bank that asks is answered by AnswerSetup.</summary>
    public bool EnterCard(string setup, string number) => Do(() =>
    {
        var method = StandInCustomers.Add(_state, StandInCustomers.CardOf(number, "number"), null);
        try
        {
            StandInSetups.Enter(_state, _state.Get("setup_intent", setup), method);
            return true;
        }
        catch (StandInException)
        {
            return false;
        }
    });

    /// <summary>A person answers the bank that asked when a card was entered.</summary>
    public void AnswerSetup(string setup, bool confirms) =>
        Do(() => { StandInSetups.Answer(_state, _state.Get("setup_intent", setup), confirms); });

    /// <summary>A person answers the bank that asked when a card was charged.</summary>
    public void AnswerCharge(string intent, bool confirms) =>
        Do(() => { StandInIntents.Answer(_state, _state.Get("payment_intent", intent), confirms); });

    /// <summary>A card on file without a page; its name.</summary>
    /// <param name="customer">The stand-in's customer.</param>
    /// <param name="card">Number or token.</param>
    public string AddCard(string customer, string card) =>
        Do(() => (string)StandInCustomers.Add(_state, StandInCustomers.CardOf(card, "number"), customer)["id"]!);

    /// <summary>A bank's issuer replaced a card or its date.</summary>
    public void RenewCard(string method, int expiryYear) => Do(() =>
    {
        var found = _state.Get("payment_method", method);
        found["card"]!["exp_year"] = expiryYear;
        _state.Tell("payment_method.automatically_updated", found);
    });

    /// <summary>A bank disputes a charge; the dispute's name. <c>warning_needs_response</c> is an inquiry that takes nothing.</summary>
    public string OpenDispute(string intent, string status = "needs_response") =>
        Do(() => (string)StandInDisputes.Open(_state, _state.Get("payment_intent", intent), status)["id"]!);

    /// <summary>A dispute goes on, or ends: won, lost, warning_closed.</summary>
    public void MoveDispute(string dispute, string status) =>
        Do(() => StandInDisputes.Move(_state, _state.Get("dispute", dispute), status));

    /// <summary>Somebody gives money back in the dashboard; the refund's name.</summary>
    public string RefundByHand(string intent, long? cents = null) => Do(
        () => (string)StandInRefunds.Add(_state, _state.Get("payment_intent", intent), cents, [])["id"]!);

    /// <summary>The bank's last word on a refund.</summary>
    /// <param name="refund">The refund.</param>
    /// <param name="failure">Why it failed, such as lost_or_stolen_card; null: the money is back.</param>
    public void EndRefund(string refund, string? failure = null) =>
        Do(() => StandInRefunds.End(_state, _state.Get("refund", refund), failure));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Webhooks.SettledAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Webhooks.Dispose();
        if (_http.Broken is { } mistake)
        {
            throw new InvalidOperationException("The stand-in itself failed.", mistake);
        }
    }

    private static long Sum(IEnumerable<JsonObject> found) => found.Sum(about => StandInState.Long(about["amount"]));

    private void Do(Action act) => Do(() =>
    {
        act();
        return 0;
    });

    private T Do<T>(Func<T> act)
    {
        T done;
        lock (_state.Lock)
        {
            done = act();
        }

        Webhooks.Look();
        return done;
    }
}
