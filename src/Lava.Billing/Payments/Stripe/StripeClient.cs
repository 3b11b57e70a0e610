using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lava.Billing.Payments.Stripe;

/// <summary>
/// Stripe's HTTP API. Whatever may pass is tried again under the same idempotency key, which does it once; what is left then is an answer
/// with a failure, never an exception.
/// </summary>
public sealed class StripeClient : IDisposable
{
    /// <summary>The version of the API that this code was written for.</summary>
    public const string Version = "2026-10-28.endive";

    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);
    private readonly HttpMessageInvoker _http;
    private readonly StripeOptions _options;
    private readonly TimeProvider _time;
    private readonly AuthenticationHeaderValue _key;

    /// <summary>With an account.</summary>
    public StripeClient(StripeOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _key = new AuthenticationHeaderValue("Bearer", options.SecretKey);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.Limits.Connect,
            PooledConnectionLifetime = ConnectionLife,
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Hears of every failure that is not a bank's no, for the operator's log.</summary>
    public Action<StripeFailure>? Failed { get; init; }

    /// <summary>Does something.</summary>
    /// <param name="path">Below the address, with a leading slash.</param>
    /// <param name="fields">Parameters.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="cancellationToken">Ends the wait, not what was begun.</param>
    public Task<StripeAnswer> PostAsync(string path, FormFields fields, string key, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, fields.ToString(), key, cancellationToken);

    /// <summary>Asks for something.</summary>
    public Task<StripeAnswer> GetAsync(string path, FormFields? fields, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, fields is null ? path : $"{path}?{fields}", null, null, cancellationToken);

    /// <summary>The objects of a list, the newest first; pages are asked for as they are needed.</summary>
    /// <exception cref="ProviderUnavailableException">A page did not come.</exception>
    /// <exception cref="ProviderRefusedException">The list is refused, or too long.</exception>
    public async IAsyncEnumerable<JsonElement> ListAsync(
        string path, Func<FormFields> fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        for (var page = 0; page < StripeLimits.PagesMax; page++)
        {
            var query = fields().Add("limit", StripeLimits.PageSize).Add("starting_after", last);
            var body = (await GetAsync(path, query, cancellationToken)).OrThrow();
            var rows = body.Member("data") is { ValueKind: JsonValueKind.Array } data ? data.EnumerateArray().ToArray() : [];
            foreach (var row in rows)
            {
                last = row.Text("id");
                yield return row;
            }

            if (body.Flag("has_more") != true || rows.Length == 0 || last is null)
            {
                yield break;
            }
        }

        throw new ProviderRefusedException("list_too_long");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<StripeAnswer> SendAsync(
        HttpMethod method, string path, string? form, string? key, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (answer, verdict) = await TryAsync(method, path, form, key, cancellationToken);
            var isLast = attempt >= _options.Limits.Retries || !(verdict.ShouldRetry ?? answer.Failure is { MayPass: true });
            if (answer.Failure is null || isLast)
            {
                if (answer.Failure is { IsDecline: false } failure)
                {
                    Failed?.Invoke(failure);
                }

                return answer;
            }

            await Task.Delay(Pause(attempt, verdict.After), _time, cancellationToken);
        }
    }

    private async Task<(StripeAnswer Answer, (bool? ShouldRetry, TimeSpan? After) Verdict)> TryAsync(
        HttpMethod method, string path, string? form, string? key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.Limits.Answer, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Request(method, path, form, key);
            using var response = await _http.SendAsync(request, either.Token);
            var body = await ReadAsync(response, either.Token);
            return (Read((int)response.StatusCode, body, Header(response, "request-id")), VerdictOf(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new StripeAnswer(default, new StripeFailure(0, null, "timeout")), default);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            return (new StripeAnswer(default, new StripeFailure(0, null, "connection_failed")), default);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string? form, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(_options.Url, path));
        request.Headers.Authorization = _key;
        request.Headers.Add("Stripe-Version", Version);
        request.Headers.Add("User-Agent", "lava");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (form is not null)
        {
            request.Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");
        }

        return request;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(StripeLimits.AnswerBytesMax, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private static StripeAnswer Read(int status, byte[] body, string? requestId)
    {
        if (status is >= 200 and < 300)
        {
            return new StripeAnswer(Parse(body), null);
        }

        JsonElement? error = null;
        try
        {
            error = Parse(body).Member("error");
        }
        catch (JsonException)
        {
            // A proxy's page: the status says enough.
        }

        var about = error?.Member("payment_intent") ?? error?.Member("setup_intent") ?? default(JsonElement);
        return new StripeAnswer(about, new StripeFailure(
            status, error?.Text("type"), error?.Text("code"), error?.Text("decline_code"), error?.Text("param"), requestId));
    }

    private static JsonElement Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    // Stripe knows best, where it says so.
    private (bool? ShouldRetry, TimeSpan? After) VerdictOf(HttpResponseMessage response)
    {
        bool? should = Header(response, "stripe-should-retry") switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };
        var after = response.Headers.RetryAfter?.Delta;
        return (should, after <= _options.Limits.PauseMax ? after : null);
    }

    private TimeSpan Pause(int attempt, TimeSpan? after)
    {
        var pause = _options.Limits.Pause * (1 << attempt);
        var jitter = pause * (RandomNumberGenerator.GetInt32(500) / 1000.0);
        return after > pause ? after.Value + jitter : pause + jitter;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
