using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Lava.Testing.Stripe;

/// <summary>Requests to the stand-in: keys, parameters, idempotency, and what goes wrong.</summary>
internal sealed class StandInHttp(StandInState state, StandInKeys keys, Action told)
{
    public const string TestSecretKey = "sk_test_standin0123456789";
    public const string LiveSecretKey = "sk_live_standin0123456789";
    public const string TestPublishableKey = "pk_test_standin0123456789";
    public const string LivePublishableKey = "pk_live_standin0123456789";

    private readonly List<StandInRequest> _requests = [];
    private readonly StandInPages _pages = new();
    private int _number;

    public StandInFaults Faults { get; } = new();

    public IReadOnlyList<StandInRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Hears of each request that gets no answer until its caller goes.</summary>
    public Action Silent { get; set; } = () => { };

    private string SecretKey => state.IsLive ? LiveSecretKey : TestSecretKey;

    private string PublishableKey => state.IsLive ? LivePublishableKey : TestPublishableKey;

    /// <summary>The stand-in's own mistake: a test that goes on would prove nothing.</summary>
    public Exception? Broken { get; private set; }

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await AnswerAsync(http);
        }
        catch (Exception mistake) when (!http.RequestAborted.IsCancellationRequested)
        {
            Broken ??= mistake;
            throw;
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type";
        if (http.Request.Method == HttpMethods.Options)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (await _pages.TryAnswerAsync(http))
        {
            return;
        }

        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var text = http.Request.Method == HttpMethods.Get ? http.Request.QueryString.Value ?? "" : await reader.ReadToEndAsync();
        var form = new StandInForm(_pages.Complete(text));
        string? key = http.Request.Headers["Idempotency-Key"];
        var isPage = form["key"] is not null || http.Request.Headers.Authorization.ToString().Contains("pk_", StringComparison.Ordinal);
        var (fault, before, after) = isPage ? default : Faults.Take(http.Request.Method, http.Request.Path.Value!);
        if (!isPage)
        {
            lock (_requests)
            {
                _requests.Add(new StandInRequest(http.Request.Method, http.Request.Path.Value!, key, fault));
            }
        }

        await (before?.PassAsync() ?? Task.CompletedTask);
        if (await TryFailBeforeAsync(http, fault))
        {
            return;
        }

        var (answer, end) = Answer(http, form, key, isPage, fault);
        told();

        if (end is not null)
        {
            // As long as it halts its key is in use.
            await (after?.PassAsync() ?? Task.CompletedTask);
            lock (state.Lock)
            {
                end();
            }
        }

        await SendAsync(http, answer, fault);
    }

    private async Task<bool> TryFailBeforeAsync(HttpContext http, StandInFault? fault)
    {
        switch (fault)
        {
            case StandInFault.TimeoutBefore:
                await GoneAsync(http);
                return true;
            case StandInFault.ResetBefore:
                http.Abort();
                return true;
            case StandInFault.Plain500:
                await WriteAsync(http, new StandInException(500, "internal", "An error occurred.", type: "api_error").Answer());
                return true;
            case StandInFault.LockTimeout409:
                await WriteAsync(http, new StandInException(409, "lock_timeout", "The object is in use.").Answer());
                return true;
            case StandInFault.RateLimit429:
                await WriteAsync(http, new StandInException(429, "rate_limit", "Too many requests.").Answer());
                return true;
            default:
                return false;
        }
    }

    private (StandInAnswer Answer, Action? End) Answer(HttpContext http, StandInForm form, string? key, bool isPage, StandInFault? fault)
    {
        lock (state.Lock)
        {
            try
            {
                var (operation, id) = Find(http.Request, form, key, isPage);
                var request = $"{http.Request.Method} {http.Request.Path} {form.Text}";
                if (key is not null && keys.Begin(key, request) is { } kept)
                {
                    http.Response.Headers["idempotent-replayed"] = "true";
                    return (kept, null);
                }

                var answer = Run(operation, new StandInCall(state, form, http.Request.Path.Value!, id, isPage), fault);
                return (answer, key is null ? null : () => End(key, answer));
            }
            catch (StandInException refused)
            {
                return (refused.Answer(), null);
            }
        }
    }

    private static StandInAnswer Run(StandInOperation operation, StandInCall call, StandInFault? fault)
    {
        StandInAnswer answer;
        try
        {
            StandInParameters.Check(operation.Pattern, call.Form, call.IsPage);
            answer = fault == StandInFault.Stored500 ? default : new StandInAnswer(200, operation.Act(call).ToJsonString());
        }
        catch (StandInException refused)
        {
            answer = refused.Answer();
        }

        return fault is StandInFault.Stored500 or StandInFault.Stored500AfterCommit
            ? new StandInException(500, "internal", "An error occurred.", type: "api_error").Answer()
            : answer;
    }

    // What was refused before anything was begun is not kept.
    private void End(string key, StandInAnswer answer)
    {
        if (answer.Status is 200 or 402 or 500)
        {
            keys.End(key, answer);
        }
        else
        {
            keys.Free(key);
        }
    }

    private (StandInOperation Operation, string Id) Find(HttpRequest request, StandInForm form, string? key, bool isPage)
    {
        var id = "";
        var operation = StandInOperation.All.FirstOrDefault(
            operation => StandInRoute.Matches(operation.Pattern, request.Method, request.Path.Value!, out id));
        if (operation is null)
        {
            throw new StandInException(404, "url_invalid", "Unrecognized request URL.");
        }

        var given = form["key"] ?? request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        if (given != (isPage && operation.ForPages ? PublishableKey : SecretKey))
        {
            throw new StandInException(401, "api_key_invalid", "Invalid API key provided.");
        }

        if (!isPage && (request.Headers["Stripe-Version"].Count == 0 || (request.Method == HttpMethods.Post && key is null)))
        {
            throw new StandInException(400, "header_missing", "Stripe-Version, and Idempotency-Key with POST, are wanted here.");
        }

        return (operation, id);
    }

    private async Task SendAsync(HttpContext http, StandInAnswer answer, StandInFault? fault)
    {
        switch (fault)
        {
            case StandInFault.TimeoutAfterCommit:
                await GoneAsync(http);
                return;
            case StandInFault.ResetAfterCommit:
                http.Abort();
                return;
            case StandInFault.HalfAnswer:
                http.Response.StatusCode = answer.Status;
                http.Response.ContentLength = answer.Body.Length;
                await http.Response.WriteAsync(answer.Body[..(answer.Body.Length / 2)]);
                await http.Response.Body.FlushAsync();
                http.Abort();
                return;
            default:
                await WriteAsync(http, answer);
                return;
        }
    }

    private Task WriteAsync(HttpContext http, StandInAnswer answer)
    {
        http.Response.Headers["request-id"] =
            "req_" + Interlocked.Increment(ref _number).ToString("D8", CultureInfo.InvariantCulture);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(answer.Body);
    }

    private async Task GoneAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        Silent();
        await gone.Task;
    }
}
