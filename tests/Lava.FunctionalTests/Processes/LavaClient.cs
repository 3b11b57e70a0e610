using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lava.FunctionalTests.Processes;

/// <summary>Calls the gateway as an app does.</summary>
internal sealed class LavaClient : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 2000 });
    private readonly string _secretKey;

    public LavaClient(string url, string secretKey)
    {
        Url = url;
        _secretKey = secretKey;
        _http.Timeout = TimeSpan.FromSeconds(100);
    }

    public string Url { get; }

    public HttpClient Http => _http;

    public async Task<JsonNode> GetAsync(string path) => await SendAsync(HttpMethod.Get, path, null);

    public async Task<JsonNode> PostAsync(string path, object? body) => await SendAsync(HttpMethod.Post, path, body);

    public async Task<HttpStatusCode> StatusAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _secretKey);
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    public async Task<string> CustomerAsync(string? credit, string? reference = null)
    {
        var customer = await PostAsync("/v1/customers", reference is null ? new { } : new { reference_id = reference });
        var id = (string)customer["customer_id"]!;
        if (credit is not null)
        {
            await PostAsync($"/v1/customers/{id}/credits", new { amount = credit });
        }

        return id;
    }

    /// <summary>A meter with one tier.</summary>
    public async Task MeterAsync(string slug, string rateType, string tierType, string rate) =>
        await PostAsync("/v1/meters", new
        {
            name = slug,
            meter_slug = slug,
            rate_type = rateType,
            tier_type = tierType,
            tiers = new[] { new { start = "0", rate } },
        });

    public string Token(string? customer, string? meter, string? providerKey = null, bool? disableBilling = null) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new
        {
            secret_key = _secretKey,
            customer_id = customer,
            meter_slug = meter,
            provider_key = providerKey,
            disable_billing = disableBilling,
        }));

    /// <summary>One call; the answer is the caller's to read and dispose.</summary>
    public async Task<HttpResponseMessage> ForwardAsync(
        string target, string token, object body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/v1/forward?u={Uri.EscapeDataString(target)}")
        {
            Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Any call of the API that must succeed.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, Url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _secretKey);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
