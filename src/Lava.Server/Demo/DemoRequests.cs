using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Lava.Server.Demo;

/// <summary>
/// Writes the requests that the demonstration's customers send: as each provider wants them, with what the simulator is to answer.
/// </summary>
internal sealed class DemoRequests(DemoFile file, Uri server, SeededRandom random)
{
    private const double Leaving = 0.02;
    private const double Failing = 0.02;

    // Calls of the merchant's own people with spend keys; of those by the key that is paused; of customers who have no credit; and streams
    // that take a minute.
    private const double Internal = 0.05;
    private const double Paused = 0.15;
    private const double Refused = 0.02;
    private const double Long = 0.01;
    private const int LongTokens = 3_000;
    private const int LongTokensPerSecond = 50;
    private const int MaxWords = 20_000;
    private static readonly int[] Failures = [429, 500, 503];

    /// <summary>A call.</summary>
    public DemoCall Call()
    {
        if (file.SpendKeys.Length > 0 && random.Chance(Internal))
        {
            return new DemoCall(Inside(), null, Leaves: false);
        }

        // The first of them call most.
        var customer = file.DryCallers.Length > 0 && random.Chance(Refused)
            ? random.Of(file.DryCallers)
            : file.Callers[(int)(file.Callers.Length * Math.Pow(random.Fraction(), 2))];
        var feature = DemoFeature.Pick(random);
        var model = random.Chance(feature.Embedded) ? DemoModel.Embedding : Pick();
        var output = Math.Clamp((int)random.Around(feature.OutputTokens, 0.75), 1, 4_000);
        var input = Math.Clamp((int)random.Around(feature.InputTokens, 0.7), 8, MaxWords);
        var message = Message(customer, feature, model, input, output, out var streamed);
        if (!random.Chance(Failing))
        {
            return new DemoCall(message, customer, streamed && random.Chance(Leaving));
        }

        Steer(message, "error", random.Of(Failures));
        var other = DemoModel.Chat.First(chat => chat.Provider != model.Provider);
        return new DemoCall(message, customer, Leaves: false)
        {
            Retry = model == DemoModel.Embedding ? null : Message(customer, feature, other, input, output, out _),
        };
    }

    /// <summary>Work that was done elsewhere.</summary>
    public DemoCall Report()
    {
        var body = new JsonObject
        {
            ["request_id"] = $"job-{random.Next():x16}",
            ["customer_id"] = random.Of(file.Callers),
            ["meter_slug"] = "answers",
            ["metadata"] = new JsonObject { ["feature"] = "nightly" },
        };
        return new DemoCall(Manage("v1/requests", body), null, Leaves: false);
    }

    /// <summary>Credit for a customer who has none left.</summary>
    public DemoCall Credit(string customer)
    {
        var body = new JsonObject { ["amount"] = random.Of(["2.00", "5.00", "10.00"]), ["reason"] = "Goodwill" };
        return new DemoCall(Manage($"v1/customers/{customer}/credits", body), null, Leaves: false);
    }

    private HttpRequestMessage Message(
        string customer, DemoFeature feature, DemoModel model, int input, int output, out bool streamed)
    {
        streamed = model != DemoModel.Embedding && model.Provider != "google" && random.Chance(feature.Streamed);
        var isLong = streamed && random.Chance(Long);
        output = isLong ? LongTokens : output;
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"v1/forward?u={model.Url}"))
        {
            Content = new StringContent(Body(model, input, output, streamed).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        Authorize(message, customer, feature);
        message.Headers.Add("x-lava-metadata", feature.Metadata);
        Steer(message, "latency-ms", (long)random.Around(model.FirstByteMs, 0.35));
        Steer(message, "tokens", output);
        Steer(message, "cached-tokens", (long)(input * feature.Cached * random.Fraction()));
        if (streamed)
        {
            Steer(message, "tokens-per-second", isLong ? LongTokensPerSecond : (long)model.TokensPerSecond);
            Steer(message, "chunk-tokens", 4);
        }

        return message;
    }

    // The key is all that such a call needs; the last one is paused.
    private HttpRequestMessage Inside()
    {
        var model = DemoModel.Chat[0];
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "v1/chat/completions"))
        {
            Content = new StringContent(
                Body(model, 400, 120, streamed: false).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        var key = random.Chance(Paused) ? file.SpendKeys[^1] : file.SpendKeys[random.Below(file.SpendKeys.Length - 1)];
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Steer(message, "latency-ms", (long)random.Around(model.FirstByteMs, 0.35));
        Steer(message, "tokens", 120);
        return message;
    }

    private static void Steer(HttpRequestMessage message, string knob, long value) =>
        message.Headers.Add($"x-sim-{knob}", value.ToString(CultureInfo.InvariantCulture));

    private HttpRequestMessage Manage(string path, JsonObject body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", file.SecretKey);
        return message;
    }

    private void Authorize(HttpRequestMessage message, string customer, DemoFeature feature)
    {
        var token = new JsonObject
        {
            ["secret_key"] = file.SecretKey,
            ["customer_id"] = customer,
            ["meter_slug"] = DemoShop.MeterSlugs[feature.Meter],
        };
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(token.ToJsonString()));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", text);
    }

    private DemoModel Pick()
    {
        Span<double> sums = stackalloc double[DemoModel.Chat.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = sum += DemoModel.Chat[i].Late;
        }

        return DemoModel.Chat[random.In(sums)];
    }

    // The simulator counts words.
    private static JsonObject Body(DemoModel model, int input, int output, bool streamed)
    {
        var text = new StringBuilder(input * 5).Insert(0, "word ", input).ToString();
        if (model == DemoModel.Embedding)
        {
            return new JsonObject { ["model"] = model.Name, ["input"] = text };
        }

        if (model.Provider == "google")
        {
            return new JsonObject
            {
                ["contents"] = new JsonArray(new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) }),
                ["generationConfig"] = new JsonObject { ["maxOutputTokens"] = output },
            };
        }

        // The newer ones of OpenAI know the limit under another name only.
        var limit = model.Name.StartsWith("gpt-5", StringComparison.Ordinal) ? "max_completion_tokens" : "max_tokens";
        return new JsonObject
        {
            ["model"] = model.Name,
            [limit] = output,
            ["stream"] = streamed,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
        };
    }
}
