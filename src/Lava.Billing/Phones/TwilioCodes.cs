using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Lava.Billing.Phones;

/// <summary>
/// Codes by Twilio Verify, which makes, sends and checks them. A check is never repeated: Twilio counts each. Nothing of what Twilio says
/// goes into exceptions, for its messages repeat the number.
/// </summary>
public sealed class TwilioCodes : IPhoneCodes, IDisposable
{
    /// <summary>Longer than Twilio takes; a person waits for it.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private const int AnswerBytesMax = 64 * 1024;
    private readonly HttpClient _client;
    private readonly string _service;

    /// <summary>With an account.</summary>
    public TwilioCodes(TwilioOptions options)
    {
        _service = Uri.EscapeDataString(options.Service);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(options.Url, "/v2/Services/"),
            Timeout = AnswerWithin,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Account}:{options.Token}")));
    }

    /// <inheritdoc/>
    public async Task<CodeSent> SendAsync(CodeOrder order, CancellationToken cancellationToken)
    {
        if (order.IsTest)
        {
            throw new InvalidOperationException("No message is sent in test mode.");
        }

        var answer = await PostAsync(
            "Verifications", [new("To", order.Phone), new("Channel", "sms"), new("Locale", order.Locale)], cancellationToken);
        return answer switch
        {
            { Status: HttpStatusCode.Created or HttpStatusCode.OK } when Text(answer.Body, "sid") is { } sid =>
                new CodeSent(CodeSendOutcome.Sent, sid),
            { Status: HttpStatusCode.TooManyRequests } => new CodeSent(CodeSendOutcome.Busy, null, answer.RetryAfter),
            { Status: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } =>
                new CodeSent(TwilioErrors.OfSend(Code(answer.Body)), null, answer.RetryAfter),
            { Status: HttpStatusCode.GatewayTimeout } => new CodeSent(CodeSendOutcome.Unknown),
            _ => new CodeSent(CodeSendOutcome.Away),
        };
    }

    /// <inheritdoc/>
    public async Task<CodeOutcome> CheckAsync(CodeOrder order, string code, CancellationToken cancellationToken)
    {
        // The name is missing where the answer to the message got lost: then the number names what was sent to it.
        KeyValuePair<string, string> verification = order.Reference is { } reference
            ? new("VerificationSid", reference)
            : new("To", order.Phone);
        var answer = await PostAsync("VerificationCheck", [verification, new("Code", code)], cancellationToken);
        return answer switch
        {
            { Status: HttpStatusCode.OK or HttpStatusCode.Created } => Text(answer.Body, "status") switch
            {
                // Of this very number: the answer names it.
                "approved" => Text(answer.Body, "to") == order.Phone ? CodeOutcome.Approved : CodeOutcome.Gone,
                "pending" => CodeOutcome.Wrong,
                null => CodeOutcome.Away,
                _ => CodeOutcome.Gone,
            },
            { Status: HttpStatusCode.NotFound } => CodeOutcome.Gone,
            { Status: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } => TwilioErrors.OfCheck(Code(answer.Body)),
            _ => CodeOutcome.Away,
        };
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, JsonElement Body, TimeSpan? RetryAfter)> PostAsync(
        string path, KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new FormUrlEncodedContent(form);
            using var answer = await _client.PostAsync($"{_service}/{path}", content, cancellationToken);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            using var json = JsonDocument.Parse(bytes);
            return (answer.StatusCode, json.RootElement.Clone(), answer.Headers.RetryAfter?.Delta);
        }
        catch (HttpRequestException away) when (away.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            // It was never asked.
            return (HttpStatusCode.ServiceUnavailable, default, null);
        }
        catch (Exception away) when (away is HttpRequestException or JsonException
            || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It may have done what it was asked for.
            return (HttpStatusCode.GatewayTimeout, default, null);
        }
    }

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static int Code(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("code", out var member) && member.ValueKind == JsonValueKind.Number
            && member.TryGetInt32(out var code)
            ? code
            : 0;
}
