using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lava.Load.Comparing;

/// <summary>What a merchant does before and after the calls: meters, customers with credit, and how many records there are.</summary>
internal sealed class MerchantApi(string url, string secretKey) : IDisposable
{
    private readonly HttpClient _http = new();

    /// <summary>A meter that asks the same for every call.</summary>
    public Task MeterAsync(string slug, string price) => SendAsync(HttpMethod.Post, "/v1/meters", new JsonObject
    {
        ["name"] = slug,
        ["meter_slug"] = slug,
        ["rate_type"] = "fixed",
        ["tier_type"] = "requests",
        ["tiers"] = new JsonArray(new JsonObject { ["start"] = "0", ["rate"] = price }),
    });

    /// <summary>A customer with credit; its forward token.</summary>
    public async Task<string> CustomerAsync(string credit, string meter)
    {
        var customer = (string)(await SendAsync(HttpMethod.Post, "/v1/customers", []))["customer_id"]!;
        await SendAsync(HttpMethod.Post, $"/v1/customers/{customer}/credits", new JsonObject { ["amount"] = credit });
        var token = new JsonObject
        {
            ["secret_key"] = secretKey,
            ["customer_id"] = customer,
            ["meter_slug"] = meter,
            ["provider_key"] = "sk-load",
        };
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(token));
    }

    /// <summary>Records of the last day.</summary>
    public async Task<long> RecordsAsync()
    {
        var start = DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return (long)(await SendAsync(HttpMethod.Get, "/v1/usage?start=" + start, null))["totals"]!["total_requests"]!;
    }

    /// <summary>Whether the gateway takes calls.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await _http.GetAsync(url + "/readyz", stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    /// <summary>Calls that are open and records that PostgreSQL does not hold yet.</summary>
    public async Task<double> UnsettledAsync(CancellationToken stop)
    {
        string[] gauges = ["lava_journal_open_holds ", "lava_flush_lag_records "];
        var metrics = (await _http.GetStringAsync(url + "/metrics", stop)).Split('\n');
        return gauges.Sum(gauge => double.Parse(
            metrics.First(line => line.StartsWith(gauge, StringComparison.Ordinal))[gauge.Length..], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secretKey);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }
}
