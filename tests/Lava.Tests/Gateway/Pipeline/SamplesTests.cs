using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Gateway.Jobs;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Testing.Gateway;
using Lava.Tests.Metering.Scanning;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>
/// Recorded answers of real providers, sent through the whole gateway. They are not part of the repository: without them the test has
/// nothing to say.
/// </summary>
public sealed class SamplesTests
{
    // Not for a table of public providers: a model on the operator's own machine.
    private const string LocalHost = "127.0.0.1:11434";
    private const string AnyModel = "any";

    [Fact]
    public async Task Relay_RecordedAnswers_BytesAreTheSameAndTheRecordHasTheUsage()
    {
        if (SampleResponsesTests.FindSamples() is not { } folder)
        {
            return;
        }

        await using var gateway = await GatewayHarness.StartAsync(new() { Prices = Prices(folder) });
        var differences = new StringBuilder();
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var sample = JsonDocument.Parse(line);
            await RelayAsync(gateway, folder, sample.RootElement, differences);
        }

        Ledger.AssertBalanced(gateway);
        Assert.True(differences.Length == 0, differences.ToString());
    }

    private static async Task RelayAsync(GatewayHarness gateway, string folder, JsonElement sample, StringBuilder differences)
    {
        var file = sample.GetProperty("file").GetString()!;
        var body = await File.ReadAllBytesAsync(Path.Combine(folder, file));
        gateway.Upstream.Script = exchange => AnswerAsync(exchange, sample, body);
        var method = new HttpMethod(sample.GetProperty("method").GetString()!.ToUpperInvariant());
        var path = sample.GetProperty("path").GetString()!;
        if (method == HttpMethod.Get)
        {
            BeginJob(gateway, sample, path);
        }

        using var request = GatewayHarness.Request(method, $"https://{HostOf(sample)}{path}", TestAccounts.Token(), null);
        request.Content = method == HttpMethod.Get ? null : Content(sample);
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var received = await response.Content.ReadAsByteArrayAsync();
        await gateway.EndedAsync();
        if (response.Headers.TryGetValues("x-lava-request-id", out _) && received.AsSpan().SequenceEqual(body))
        {
            Compare(file, sample.GetProperty("expected"), gateway.Books().Records.Last(), differences);
            return;
        }

        differences.AppendLine(CultureInfo.InvariantCulture,
            $"{file}: {(int)response.StatusCode}, {received.Length} bytes of {body.Length}: {Start(received)}");
    }

    // Only what began through the gateway is charged when its end is asked for.
    private static void BeginJob(GatewayHarness gateway, JsonElement sample, string path)
    {
        if (ProviderCatalog.Default.TryFind(HostOf(sample), out var provider))
        {
            var model = sample.GetProperty("expected").TryGetProperty("model", out var served) ? served.GetString() : null;
            gateway.Jobs.Begin(new OpenJob
            {
                Key = new JobKey(gateway.Accounts.Merchant.Id, provider.Name, path[(path.LastIndexOf('/') + 1)..]),
                Model = model ?? AnyModel,
                WalletId = TestAccounts.MerchantWallet,
            });
        }
    }

    private static string Start(byte[] bytes) => Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, 200));

    private static async Task AnswerAsync(ScriptedExchange exchange, JsonElement sample, byte[] body)
    {
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {sample.GetProperty("status").GetInt32()} X\r\nConnection: close\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Type: {sample.GetProperty("response_content_type").GetString()}\r\n")
            .Append("Transfer-Encoding: chunked\r\n");
        if (sample.GetProperty("response_content_encoding").GetString() is { } encoding)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Encoding: {encoding}\r\n");
        }

        if (sample.GetProperty("response_headers") is { ValueKind: JsonValueKind.Object } headers)
        {
            foreach (var header in headers.EnumerateObject())
            {
                head.Append(CultureInfo.InvariantCulture, $"{header.Name}: {header.Value}\r\n");
            }
        }

        await exchange.SendAsync(head.Append("\r\n").ToString());
        for (var at = 0; at < body.Length; at += 1000)
        {
            var piece = body[at..Math.Min(body.Length, at + 1000)];
            await exchange.SendAsync([.. Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), .. piece, .. "\r\n"u8]);
        }

        await exchange.SendAsync("0\r\n\r\n");
    }

    private static HttpContent Content(JsonElement sample)
    {
        var hint = sample.GetProperty("request_body_hint");
        var expected = sample.GetProperty("expected");
        var path = sample.GetProperty("path").GetString()!;
        if (hint.ValueKind == JsonValueKind.Object && hint.TryGetProperty("content-type", out _))
        {
            var form = new MultipartFormDataContent("----boundary");
            foreach (var field in hint.EnumerateObject().Where(field => field.Name != "content-type"))
            {
                form.Add(new StringContent(field.Value.ToString()), field.Name);
            }

            form.Add(new ByteArrayContent(new byte[2000]), "file", "speech.mp3");
            return form;
        }

        if (hint.ValueKind == JsonValueKind.Object && hint.TryGetProperty("body", out _))
        {
            return new ByteArrayContent(new byte[2000]) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } };
        }

        var json = Json(hint, expected, path, sample.GetProperty("streaming").GetBoolean());
        return new ByteArrayContent(Encoding.UTF8.GetBytes(json.ToJsonString()))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
    }

    // The hints leave out what is long: "<4839 chars omitted>".
    private static JsonObject Json(JsonElement hint, JsonElement expected, string path, bool streams)
    {
        var body = hint.ValueKind == JsonValueKind.Object ? (JsonObject)JsonNode.Parse(hint.GetRawText())! : [];
        foreach (var (name, value) in body.ToArray())
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var omitted) && omitted.StartsWith('<') && name != "model")
            {
                body.Remove(name);
            }
        }

        if (!body.ContainsKey("model") && expected.TryGetProperty("model", out var served) && served.ValueKind == JsonValueKind.String)
        {
            body["model"] = served.GetString();
        }

        // A client that did not ask for the usage does not get it: here every stream asks.
        if (streams && path.Contains("completions", StringComparison.Ordinal))
        {
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return body;
    }

    private static void Compare(string file, JsonElement expected, UsageRecord record, StringBuilder differences)
    {
        var usage = record.Usage;
        (string Name, long Actual)[] counts =
        [
            ("input_tokens", usage.InputTokens), ("output_tokens", usage.OutputTokens), ("cached_input_tokens", usage.CachedInputTokens),
            ("cache_write_tokens", usage.CacheWriteInputTokens), ("reasoning_tokens", usage.ReasoningOutputTokens),
            ("audio_input_tokens", usage.AudioInputTokens), ("audio_output_tokens", usage.AudioOutputTokens),
            ("input_characters", usage.InputCharacters), ("images", IsByTime(expected) ? 1 : usage.Images),
            ("web_search_requests", usage.WebSearches),
        ];
        var isEstimated = expected.TryGetProperty("usage_missing", out _) || expected.TryGetProperty("partial", out _);
        foreach (var (name, actual) in counts)
        {
            if (!isEstimated && expected.TryGetProperty(name, out var wanted) && wanted.ValueKind == JsonValueKind.Number
                && actual != wanted.GetInt64())
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"{file}: {name} is {actual}, not {wanted}");
            }
        }

        if (expected.TryGetProperty("input_seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number && !isEstimated
            && usage.InputMicroseconds != (long)(seconds.GetDecimal() * 1_000_000))
        {
            differences.AppendLine(CultureInfo.InvariantCulture, $"{file}: input µs are {usage.InputMicroseconds}, not {seconds} s");
        }

        var isFree = expected.TryGetProperty("billable", out var billable) && billable.ValueKind == JsonValueKind.False;
        var isFailed = expected.TryGetProperty("failed", out _) && !expected.TryGetProperty("partial", out _);
        if ((isFree || isFailed) && record.Debit.Units != 0)
        {
            differences.AppendLine(CultureInfo.InvariantCulture, $"{file}: charged {record.Debit}, though free");
        }
    }

    // The images of a machine that is billed by its seconds count nothing.
    private static bool IsByTime(JsonElement expected) => expected.TryGetProperty("compute_seconds", out _);

    // Every model of the samples gets a price where the catalog has none: the answers are what is looked at.
    private static string Prices(string folder)
    {
        var book = PriceCatalog.Shipped().On(new DateOnly(2026, 9, 1));
        var rows = new StringBuilder("version 1\nfirecrawl scrape 2026-01-01 unit=0.001 source=test\n");
        var seen = new HashSet<(string, string)>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.jsonl")))
        {
            using var sample = JsonDocument.Parse(line);
            var hint = sample.RootElement.GetProperty("request_body_hint");
            if (!ProviderCatalog.Default.TryFind(HostOf(sample.RootElement), out var provider))
            {
                continue;
            }

            string?[] models =
            [
                AnyModel,
                hint.ValueKind == JsonValueKind.Object && hint.TryGetProperty("model", out var asked) ? asked.ToString() : null,
                sample.RootElement.GetProperty("expected").TryGetProperty("model", out var served) ? served.ToString() : null,
            ];
            foreach (var model in models.OfType<string>().Where(name => name.Length > 0 && !name.Contains(' ', StringComparison.Ordinal)))
            {
                var isNew = seen.Add((provider.Name, model.ToLowerInvariant()));
                if (isNew && !book.TryFind(provider.Name, Encoding.UTF8.GetBytes(model), out _))
                {
                    rows.Append(CultureInfo.InvariantCulture,
                        $"{provider.Name} {model} 2026-01-01 input=1 output=2 context=200000 max_output=8000 source=test\n");
                }
            }
        }

        return rows.ToString();
    }

    private static string HostOf(JsonElement sample) =>
        sample.GetProperty("host").GetString() is var host && host == LocalHost ? "ollama.com" : host!;
}
