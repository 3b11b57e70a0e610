using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>Calls the gateway's API as a merchant does.</summary>
internal sealed class GatewayClient(string url, string secretKey) : IDisposable
{
    // What a client left is read on for as long as the gateway's drain-timeout, 30 s.
    private static readonly TimeSpan HeldMax = TimeSpan.FromSeconds(60);
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });

    // So that a gateway that runs on takes a second run: names of meters and reports are unique.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

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

    /// <summary>The sums of all requests of the last day: how many, and what they were charged.</summary>
    public async Task<(long Requests, decimal Charge)> UsageAsync()
    {
        var start = DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var totals = (await SendAsync(HttpMethod.Get, "/v1/usage?start=" + start, null))["totals"]!;
        return ((long)totals["total_requests"]!, decimal.Parse((string)totals["total_charge"]!, CultureInfo.InvariantCulture));
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
    /// <returns>Its slug.</returns>
    public async Task<string> MeterAsync(string name, string rate, string rateType = "fixed", string tierType = "requests")
    {
        var slug = $"{name}-{_run}";
        await PostAsync("/v1/meters", new JsonObject
        {
            ["name"] = slug,
            ["meter_slug"] = slug,
            ["rate_type"] = rateType,
            ["tier_type"] = tierType,
            ["tiers"] = new JsonArray(new JsonObject { ["start"] = "0", ["rate"] = rate }),
        });
        return slug;
    }

    /// <summary>The credential of a call: whose it is, which meter prices it, and the customer's own key of the provider.</summary>
    public string Token(string customer, string meter) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["secret_key"] = secretKey, ["customer_id"] = customer, ["meter_slug"] = meter, ["provider_key"] = "sk-load" }));

    /// <summary>A report of work done elsewhere; the number names it.</summary>
    public async Task<StepResult> ReportAsync(long number, string customer, string meter)
    {
        var id = $"{_run}-{number}";
        var body = new JsonObject { ["request_id"] = id, ["customer_id"] = customer, ["meter_slug"] = meter };
        var record = await PostAsync("/v1/requests", body);
        return new StepResult((string?)record["request_id"] == id, "reported");
    }

    public void Dispose() => _http.Dispose();

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
