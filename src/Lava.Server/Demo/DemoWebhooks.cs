using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Lava.Server.Demo;

/// <summary>Leads the merchant's webhooks to where this start of the demonstration receives them.</summary>
internal sealed class DemoWebhooks(DemoFile file, Uri server, HttpClient http)
{
    /// <summary>Makes those that are missing, and changes the addresses of the others.</summary>
    public async Task PointAsync(IReadOnlyList<(string Name, string Url)> webhooks, CancellationToken cancellationToken)
    {
        try
        {
            var known = await SendAsync(HttpMethod.Get, "v1/webhooks", null, cancellationToken);
            var rows = known?["data"]?.AsArray() ?? [];
            foreach (var (name, url) in webhooks)
            {
                var id = (string?)rows.FirstOrDefault(row => (string?)row?["name"] == name)?["webhook_id"];
                var body = new JsonObject { ["name"] = name, ["url"] = url };
                await (id is null
                    ? SendAsync(HttpMethod.Post, "v1/webhooks", body, cancellationToken)
                    : SendAsync(HttpMethod.Patch, $"v1/webhooks/{id}", body, cancellationToken));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // A server that stops: there is nothing to be told any more.
        }
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(method, new Uri(server, path));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", file.SecretKey);
        message.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(message, cancellationToken);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) : null;
    }
}
