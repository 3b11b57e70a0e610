using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>Calls the gateway as an app does.</summary>
internal sealed class GatewayClient(string url, string secretKey) : IDisposable
{
    private const int ReadBytes = 64 * 1024;

    // What a client left is read on for as long as the gateway's drain-timeout, 30 s.
    private static readonly TimeSpan HeldMax = TimeSpan.FromSeconds(60);
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
    private readonly Uri _forward = new(url + "/v1/forward?u=" + Uri.EscapeDataString("https://api.openai.com/v1/chat/completions"));

    public async Task<string> CustomerAsync(string credit)
    {
        var customer = await PostAsync("/v1/customers", new JsonObject());
        var id = (string)customer["customer_id"]!;
        await PostAsync($"/v1/customers/{id}/credits", new JsonObject { ["amount"] = credit });
        return id;
    }

    public async Task<decimal> AvailableAsync(string customer)
    {
        var balance = await SendAsync(HttpMethod.Get, $"/v1/customers/{customer}/balance", null);
        return decimal.Parse((string)balance["available"]!, CultureInfo.InvariantCulture);
    }

    /// <summary>The sums of all requests of the last day.</summary>
    public async Task<JsonNode> UsageAsync()
    {
        var start = DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return (await SendAsync(HttpMethod.Get, "/v1/usage?start=" + start, null))["totals"]!;
    }

    /// <summary>Waits until no reservation is open.</summary>
    public async Task NothingHeldAsync()
    {
        using var watch = new NodeWatch(url, null);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var started = Stopwatch.GetTimestamp();
        while ((await watch.ReadAsync())["lava_journal_open_holds"] > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > HeldMax)
            {
                throw new TimeoutException($"Reservations are still open {HeldMax.TotalSeconds} s after the last call.");
            }

            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>A meter with one tier; unless told otherwise it asks the same for every call.</summary>
    public Task MeterAsync(
        string slug, string rate, string rateType = "fixed", string tierType = "requests") => PostAsync("/v1/meters", new JsonObject
        {
            ["name"] = slug,
            ["meter_slug"] = slug,
            ["rate_type"] = rateType,
            ["tier_type"] = tierType,
            ["tiers"] = new JsonArray(new JsonObject { ["start"] = "0", ["rate"] = rate }),
        });

    public string Token(string customer, string meter) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["secret_key"] = secretKey, ["customer_id"] = customer, ["meter_slug"] = meter, ["provider_key"] = "sk-load" }));

    /// <summary>One call, read to its end.</summary>
    public async Task<StepResult> CallAsync(
        string token, byte[] body, HttpStatusCode expected, bool firstChunk, params (string Name, string Value)[] headers)
    {
        using var request = Forward(token, body, headers);
        using var response = await _http.SendAsync(request, CancellationToken.None);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ReadBytes);
        long firstAt = 0;
        try
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
                firstAt = firstAt == 0 ? Stopwatch.GetTimestamp() : firstAt;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return new StepResult(response.StatusCode == expected, status, firstChunk ? firstAt : 0);
    }

    /// <summary>One streamed call that is left after its first bytes.</summary>
    public async Task<StepResult> LeaveAsync(string token, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = Forward(token, body, headers);
        using var response = await _http.SendAsync(request, CancellationToken.None);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var read = await stream.ReadAsync(new byte[1]);
        return new StepResult(read > 0 && response.StatusCode == HttpStatusCode.OK, "left");
    }

    /// <summary>A report of work done elsewhere.</summary>
    public async Task<StepResult> ReportAsync(string requestId, string customer, string meter)
    {
        var body = new JsonObject { ["request_id"] = requestId, ["customer_id"] = customer, ["meter_slug"] = meter };
        await PostAsync("/v1/requests", body);
        return new StepResult(true, "200");
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Forward(string token, byte[] body, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _forward) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private Task<JsonNode> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secretKey);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request, CancellationToken.None);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }
}
