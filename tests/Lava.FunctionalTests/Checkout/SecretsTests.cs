using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Lava.FunctionalTests.Billing;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// No card number, code or secret in what a server prints, stores and answers: after purchases of live merchants (Stripe, Twilio) and test
/// ones (the sandbox), declines, wrong codes, numbers typed where they do not belong, forged events, broken answers and a broken database.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class SecretsTests(FaultServer postgres)
{
    private const string LiveKey = "aks_live_secrets_test_0123456789abcdef";
    private const string TwilioToken = "twilio_token_that_nobody_must_see";
    private const string SandboxCard = "5555555555554444";
    private const string FailingCard = "4000000000000341";
    private const string RealLookingCard = "378282246310005";
    private const string SpacedCard = "3782 822463 10005";
    private const string DashedCard = "3782-8224-6310-005";
    private const string LivePhone = "+14155552001";
    private const string DeclinedPhone = "+14155552002";
    private const string TestPhone = "+14155552003";

    // Where nothing listens (the port is reserved by IANA).
    private const string Nowhere = "http://127.0.0.1:1";

    // A bound on a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly ConcurrentBag<string> _entries = [];
    private readonly LeakSearch _search = new();
    private readonly string _masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task PurchasesAndFaults_LeaveNoSecretBehind()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var twilio = await TwilioStandIn.StartAsync();
        await using var stripe = await StripeStandIn.StartAsync(isLive: true);
        var data = Path.Combine(directory.Path, "data");
        await using var lava = await LavaProcess.StartAsync(
            new Dictionary<string, string>
            {
                ["LAVA_SECRET_KEY"] = LiveKey,
                ["LAVA_MASTER_KEY"] = _masterKey,
                ["LAVA_STRIPE_SECRET_KEY"] = stripe.SecretKey,
                ["LAVA_STRIPE_WEBHOOK_SECRET"] = StripeStandIn.WebhookSecret,
                ["LAVA_TWILIO_TOKEN"] = TwilioToken,
            },
            "serve", "--data", data, "--postgres", database + ";Pooling=true", "--upstream", $"*={Nowhere}",
            "--stripe-publishable-key", stripe.PublishableKey,
            "--stripe-url", stripe.Url, "--twilio-account", "AC0123456789", "--twilio-service", "VA0123456789", "--twilio-url", twilio.Url);
        stripe.Webhooks.Add($"{lava.Url}/webhooks/stripe", StripeStandIn.WebhookSecret);
        using var live = new LavaClient(lava.Url, LiveKey);
        var testKey = (string)(await live.PostAsync("/v1/secret_keys", new { name = "test", mode = "test" }))["secret_key"]!;
        using var test = new LavaClient(lava.Url, testKey);

        var people = new List<CheckoutPerson>
        {
            await PersonAsync(live, LivePhone, () => twilio.CodeOf(LivePhone), entry => Enter(stripe, entry, StripeShop.Card)),
            await PersonAsync(live, DeclinedPhone, () => twilio.CodeOf(DeclinedPhone), entry => Enter(stripe, entry, FailingCard)),
            await PersonAsync(test, TestPhone, null, _ => "pm_card_mastercard"),
        };
        await BuyAsync(live, people[0], stripe);
        await DeclineAsync(live, people[1]);
        await people[2].ReachAsync(test, "done");
        await MistakeAsync(test, testKey, await PersonAsync(test, TestPhone, null, _ => null));
        await ForgeAsync(stripe, lava);
        await BreakAsync(live, people);
        await BilledCustomer.UntilAsync(() => IsBackAsync(live, people[0]));
        Assert.Contains("lava", lava.Output, StringComparison.OrdinalIgnoreCase);

        _search.Add("metrics", await live.Http.GetStringAsync($"{lava.Url}/metrics"));
        await _search.AddTablesAsync(database);
        _search.AddJournal(Path.Combine(data, "journal"));
        _search.Add("output", lava.Output);
        Forbid(people, stripe, testKey);
        foreach (var code in twilio.Codes)
        {
            _search.Forbid("code by phone", code);
        }

        Assert.Empty(_search.Find());
    }

    private static async Task<CheckoutPerson> PersonAsync(
        LavaClient client, string phone, Func<string>? readCode, Func<string, string?> enterCard)
    {
        var plan = await client.PostAsync(
            "/v1/plans", new { name = "Pro", period_amount = "25", included_credit = "20", billing_interval = "month" });
        var session = new { checkout_mode = "subscription", origin_url = "https://shop.example", plan_id = (string)plan["plan_id"]! };
        return new CheckoutPerson(await CheckoutPerson.SellAsync(client, session), phone) { EnterCard = enterCard, ReadCode = readCode };
    }

    private string? Enter(StripeStandIn stripe, string entry, string card)
    {
        _entries.Add(entry);
        stripe.EnterCard(entry.Split("_secret_")[0], card);
        return null;
    }

    // Bought, with an answer that broke on its way: the failure is logged.
    private static async Task BuyAsync(LavaClient client, CheckoutPerson person, StripeStandIn stripe)
    {
        stripe.On("POST /v1/customers").Fault(StandInFault.Plain500);
        stripe.On("POST /v1/payment_intents/*/confirm").Fault(StandInFault.HalfAnswer);
        await person.ReachAsync(client, "done");
        await stripe.Webhooks.DeliverAsync();
    }

    private static async Task DeclineAsync(LavaClient client, CheckoutPerson person)
    {
        await person.ReachAsync(client, "confirm");
        await person.StepAsync(client);
    }

    // Numbers and codes where they do not belong.
    private async Task MistakeAsync(LavaClient client, string key, CheckoutPerson person)
    {
        await person.ReachAsync(client, "code");
        foreach (var (act, fields) in new (string, object)[]
        {
            ("code", new { code = "1234567890" }), ("code", new { code = RealLookingCard }), ("card", new { token = RealLookingCard }),
            ("phone", new { number = RealLookingCard, country = "US" }), ("pay", new { quoted = RealLookingCard }),
            ("amount", new { other = RealLookingCard }), ("choose", new { card = RealLookingCard }), (RealLookingCard, new { }),
        })
        {
            try
            {
                _search.Add($"answer to {act}", (await person.ActAsync(client, act, fields)).Page);
            }
            catch (HttpRequestException refused)
            {
                _search.Add($"refusal of {act}", refused.Message);
            }
        }

        var customer = await client.CustomerAsync(null);
        foreach (var (path, body) in new[]
        {
            ($"/v1/customers/{customer}/payment_methods", $$"""{"token":"{{RealLookingCard}}"}"""),
            ($"/v1/customers/{customer}/payment_methods", $$"""{"token":{{RealLookingCard}}}"""),
            ("/v1/customers", $$"""{"name":"{{SpacedCard}}"}"""),
            ("/v1/customers", $$"""{"metadata":{"note":"{{RealLookingCard}}"} }"""),
            ("/v1/customers", $$"""{"metadata":{"notes":[{"first":"{{DashedCard}}"}],"second":{{RealLookingCard}} } }"""),
            ($"/v1/customers/{customer}/credits", $$"""{"amount":"1","reason":"{{SpacedCard}}"}"""),
            ("/v1/requests", $$"""{"request_id":"job","customer_id":"{{customer}}","metadata":{"card":"{{RealLookingCard}}"} }"""),
            ("/v1/checkout_sessions", $$"""{"checkout_mode":"{{RealLookingCard}}","origin_url":"{{RealLookingCard}}"}"""),
            ("/v1/checkout_sessions", $$"""{"origin_url":"{{RealLookingCard}}" """),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, client.Url + path)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await client.Http.SendAsync(request);
            Assert.InRange(answer.StatusCode, HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
            _search.Add($"answer of {path}", await answer.Content.ReadAsStringAsync());
        }

        await CallAsync(client, ("x-lava-metadata-card", SpacedCard), HttpStatusCode.BadRequest);
        await CallAsync(client, ("x-lava-metadata", $$"""{"card":"{{RealLookingCard}}"}"""), HttpStatusCode.BadRequest);

        // What apps ask of models is theirs: it goes on, here to nobody, and stays nowhere.
        await CallAsync(client, ("x-lava-metadata-card", "none"), HttpStatusCode.BadGateway);
    }

    private async Task CallAsync(LavaClient client, (string Name, string Value) header, HttpStatusCode expected)
    {
        var body = new { model = "gpt-4o-mini", max_tokens = 5, messages = new[] { new { role = "user", content = RealLookingCard } } };
        using var answer = await client.ForwardAsync(
            "https://api.openai.com/v1/chat/completions", client.Token(null, null), body, header);
        Assert.Equal(expected, answer.StatusCode);
        _search.Add("answer to a call", await answer.Content.ReadAsStringAsync());
    }

    private async Task ForgeAsync(StripeStandIn stripe, LavaProcess lava)
    {
        var secret = _entries.First();
        var body = $$"""{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"client_secret":"{{secret}}"} } }""";
        var url = $"{lava.Url}/webhooks/stripe";
        var now = DateTimeOffset.UtcNow;
        Assert.Equal(400, await stripe.Webhooks.SendAsync(url, body, StandInWebhooks.Sign(body, now, "whsec_another")));
        Assert.Equal(400, await stripe.Webhooks.SendAsync(
            url, body, StandInWebhooks.Sign(body, now - TimeSpan.FromHours(1), StripeStandIn.WebhookSecret)));
        Assert.Equal(400, await stripe.Webhooks.SendAsync(url, body, StripeStandIn.WebhookSecret));
    }

    // The database goes away under the pages: what that throws is logged.
    private async Task BreakAsync(LavaClient client, List<CheckoutPerson> people)
    {
        var back = postgres.AbortAsync();
        using var limit = new CancellationTokenSource(Limit);
        var failures = 0;
        while (failures == 0 || !back.IsCompleted)
        {
            foreach (var person in people)
            {
                try
                {
                    await person.ActAsync(client, "code", new { code = "1234567890" });
                }
                catch (HttpRequestException broken)
                {
                    failures++;
                    _search.Add("answer without a database", broken.Message);
                }
            }

            if (failures == 0 && back.IsCompleted)
            {
                back = postgres.AbortAsync();
            }

            limit.Token.ThrowIfCancellationRequested();
        }

        await back;
    }

    // After an outage the first may still meet a connection that broke in it.
    private static async Task<bool> IsBackAsync(LavaClient client, CheckoutPerson person)
    {
        try
        {
            return (await person.ActAsync(client, "state", new { })).Step == "done";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Forbid(List<CheckoutPerson> people, StripeStandIn stripe, string testKey)
    {
        foreach (var card in new[] { StripeShop.Card, SandboxCard, FailingCard, RealLookingCard })
        {
            _search.ForbidCard(card);
        }

        foreach (var person in people)
        {
            _search.Forbid("session's secret", person.Secret);
            _search.Forbid("session's secret, its end", person.Secret[^16..]);
            _search.Forbid("visit", person.Visit);
            if (person.ReadCode is null)
            {
                _search.ForbidCode("sandbox code", person.Code!);
            }
        }

        foreach (var entry in _entries)
        {
            _search.Forbid("client secret", entry);
        }

        _search.Forbid("client secret of any kind", "_secret_");
        _search.Forbid("Stripe's key", stripe.SecretKey);
        _search.Forbid("secret of webhooks", StripeStandIn.WebhookSecret);
        _search.Forbid("Twilio's token", TwilioToken);
        _search.ForbidBearer();
        _search.Forbid("live key", LiveKey);
        _search.Forbid("test key", testKey);
        _search.Forbid("master key", _masterKey);
        _search.Forbid("master key's bytes", Encoding.Latin1.GetString(Convert.FromBase64String(_masterKey)));
    }
}
