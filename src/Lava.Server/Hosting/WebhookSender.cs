using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Lava.Billing.Webhooks;
using Lava.Server.Api.Webhooks;

namespace Lava.Server.Hosting;

/// <summary>Posts deliveries, signed. Follows no redirect, uses no proxy and no cookie, and connects only where it may.</summary>
internal sealed class WebhookSender : IWebhookSender, IDisposable
{
    // The name may lead elsewhere after this.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly WebhookSecrets _secrets;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _client;

    /// <summary>With what it may reach.</summary>
    public WebhookSender(WebhookSecrets secrets, WebhookTargets targets, TimeProvider time)
        : this(secrets, new WebhookConnector(targets), time)
    {
    }

    internal WebhookSender(WebhookSecrets secrets, WebhookConnector connector, TimeProvider time) =>
        (_secrets, _client, _time) = (secrets, Create(connector), time);

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        if (!_secrets.TryOpen(delivery.Target, out var secret))
        {
            return new SendOutcome(null, "The secret is encrypted under another master key: nothing can be signed with it.");
        }

        using var limit = new CancellationTokenSource(WebhookLimits.Answer, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Sign(delivery, secret);
            using var response = await _client.SendAsync(request, either.Token);
            var outcome = new SendOutcome((int)response.StatusCode, null);
            return outcome.IsTaken ? outcome : outcome with { Error = await ReadAsync(response, limit.Token, cancellationToken) };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome(null, $"No answer within {WebhookLimits.Answer.TotalSeconds} s.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            return new SendOutcome(null, Short(failure.Message));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpMessageInvoker Create(WebhookConnector connector) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = connector.ConnectAsync,
        PooledConnectionLifetime = ConnectionLife,
        MaxConnectionsPerServer = WebhookLimits.Sends,
        MaxResponseHeadersLength = 16,
        ActivityHeadersPropagator = null,
    });

    private HttpRequestMessage Sign(WebhookDelivery delivery, string secret)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Target.Url) { Content = new ByteArrayContent(delivery.Body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("User-Agent", "lava");
        request.Headers.Add("X-Webhook-Signature", WebhookSignature.OfBody(secret, delivery.Body));
        request.Headers.Add("webhook-id", delivery.EventId);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.OfMessage(secret, delivery.EventId, timestamp, delivery.Body));
        return request;
    }

    // The beginning, as far as it comes: what a person needs to see why.
    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken limit, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        var buffer = new byte[WebhookLimits.KeptAnswer];
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "The answer's text did not come.";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Short(failure.Message);
        }

        return length == 0 ? response.ReasonPhrase ?? "" : Short(Encoding.UTF8.GetString(buffer, 0, length));
    }

    private static string Short(string text) => text.Length <= WebhookLimits.KeptAnswer ? text : text[..WebhookLimits.KeptAnswer];
}
