using System.Collections.Concurrent;
using System.Text;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api;

namespace Lava.Server.Web.Checkout;

/// <summary>
/// What every call of a checkout's page has in common: how many there may be at once, and how failures are answered and logged, by the
/// session's id and the kind of failure alone.
/// </summary>
internal sealed partial class CheckoutHandler(ILogger log)
{
    // Origins of sessions that were shown: their pages can say that the database is away, and be closed. A megabyte.
    private const int OriginsMax = 10_000;

    private readonly ConcurrentDictionary<Guid, FramedBy> _origins = new();
    private int _running;

    /// <summary>Keeps who may frame a session's page.</summary>
    public void Remember(Guid session, bool isTest, string origin)
    {
        if (_origins.Count < OriginsMax)
        {
            _origins.TryAdd(session, new FramedBy(origin, Ids.Format(IdPrefix.CheckoutSession, isTest, session)));
        }
    }

    public async Task RunAsync(HttpContext http, Guid? session, Func<Guid, Task> run)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > ApiHandler.ConcurrentCalls)
            {
                throw new ApiException(ErrorCode.Overloaded, "Too many calls at once, try again later");
            }

            await run(session ?? throw ApiException.NotFound("checkout session"));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, session, failure);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public static async Task WriteAsync(HttpContext http, int status, Markup page)
    {
        var bytes = Encoding.UTF8.GetBytes(page.ToString());
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }

    private Task AnswerAsync(HttpContext http, Guid? session, Exception failure)
    {
        var error = failure switch
        {
            ApiException expected => expected.Error,
            StoreUnavailableException or FencedException => ErrorCode.StoreUnavailable,
            BadHttpRequestException => ErrorCode.InvalidRequest,
            _ => ErrorCode.Internal,
        };
        if (failure is not (ApiException or BadHttpRequestException))
        {
            var id = Ids.Format(IdPrefix.CheckoutSession, test: false, session ?? default);
            LogFault(log, failure, id, http.Request.RouteValues["act"] as string ?? "page");
        }

        http.Response.Headers.RetryAfter = error.RetryAfter;
        if (HttpMethods.IsPost(http.Request.Method))
        {
            PageHeaders.SetFragment(http.Response.Headers);
            http.Response.StatusCode = error.Status;
            http.Response.ContentType = "text/plain; charset=utf-8";
            return http.Response.WriteAsync(failure is ApiException known ? known.Message : error.Code, http.RequestAborted);
        }

        var isEmbedded = http.Request.Path.StartsWithSegments("/embed");
        var framedBy = isEmbedded && session is { } shown ? _origins.GetValueOrDefault(shown) : null;
        PageHeaders.Set(http.Response.Headers, framedBy?.Origin, cardScript: null);
        var (title, text) = error.Status == ErrorCode.NotFound.Status
            ? ("There is no such checkout", "Check the link, or go back to where you found it and start again.")
            : ("The checkout can't be shown now", "Wait a moment, then load the page again. What was paid is not lost.");
        return WriteAsync(http, error.Status, CheckoutDocument.Notice(title, text, isEmbedded, framedBy));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Checkout {Session}: {Act} failed")]
    private static partial void LogFault(ILogger log, Exception exception, string session, string act);
}
