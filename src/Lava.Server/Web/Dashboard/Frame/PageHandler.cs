using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Sessions;
using Lava.Server.Web.Dashboard.SignIn;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>
/// What every page has in common: who asks, whose data they see, how many pages are made at once, and one place where failures become
/// pages.
/// </summary>
internal sealed partial class PageHandler(DashboardParts parts, ILogger log) : IDisposable
{
    // A page holds up to 1 MiB and waits for one of six connections; more at once would only wait for longer.
    private const int PagesMax = 32;

    private const string EventStreamType = "text/event-stream";

    private static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turns = new(PagesMax);
    private readonly string? _publicOrigin = WebOrigin.Of(parts.PublicUrl);

    /// <summary>A page.</summary>
    public RequestDelegate Page(Func<PageCall, Task> handle) => http => InTurnAsync(http, call => handle(call));

    /// <summary>
    /// A form that was sent: by a page of ours, with that page's token. Where PostgreSQL is away what was filled in comes back.
    /// </summary>
    public RequestDelegate Form(Func<PageCall, PostedForm, Task> handle) => http => GuardAsync(http, async () =>
    {
        var form = await PostedForm.ReadAsync(http.Request, http.RequestAborted);
        try
        {
            await TakeAsync(http, form, handle);
        }
        catch (Exception failure) when (IsAway(failure) && !http.Response.HasStarted && IsOwn(http) && KeptForm.Fields(form).Count > 0)
        {
            http.Response.Headers.RetryAfter = ErrorCode.StoreUnavailable.RetryAfter;
            await PageAnswer.WriteAsync(http, ErrorCode.StoreUnavailable.Status, KeptForm.WhileAway(http.Request, form));
        }
    });

    /// <summary>What takes its time and holds no turn: a stream of news, a download. A script that listens is shown no page.</summary>
    public RequestDelegate Long(Func<PageCall, Task> handle) => http => GuardAsync(http, async () =>
    {
        if (await SessionAsync(http) is { } found)
        {
            await handle(await CallAsync(http, found.Session, found.Secret));
        }
        else if (!http.Request.Headers.Accept.ToString().Contains(EventStreamType, StringComparison.OrdinalIgnoreCase))
        {
            await SignInPages.AskAsync(http, parts, StatusCodes.Status401Unauthorized, null, isPage: false);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    });

    /// <summary>What needs no session: failures become pages all the same.</summary>
    public async Task GuardAsync(HttpContext http, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read a page.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await FailAsync(http, failure);
        }
    }

    /// <summary>The session of a request; null: none.</summary>
    public async Task<(DashboardSession Session, byte[] Secret)?> SessionAsync(HttpContext http) =>
        parts.Cookie.Read(http.Request) is { } secret && await parts.Sessions.FindAsync(secret, http.RequestAborted) is { } session
            ? (session, secret)
            : null;

    public void Dispose() => _turns.Dispose();

    private Task InTurnAsync(HttpContext http, Func<PageCall, Task> handle) => GuardAsync(http, async () =>
    {
        if (await SessionAsync(http) is not { } found)
        {
            await SignInPages.AskAsync(http, parts, StatusCodes.Status401Unauthorized, null);
            return;
        }

        await TurnAsync(http, async () => await ShowAsync(await CallAsync(http, found.Session, found.Secret), handle));
    });

    private async Task ShowAsync(PageCall call, Func<PageCall, Task> handle)
    {
        try
        {
            await handle(call);
        }
        catch (Exception failure) when (call.HasBegun && !call.Aborted.IsCancellationRequested)
        {
            var (error, text) = Told(call.Http, failure);
            await call.FailAsync(text, Again(call.Http, error));
        }
    }

    private async Task TakeAsync(HttpContext http, PostedForm form, Func<PageCall, PostedForm, Task> handle)
    {
        var isOwn = IsOwn(http);
        if (await SessionAsync(http) is not { } found)
        {
            // Browsers send no cookie with the form of another site: what it fills in is nothing that somebody here did.
            await SignInPages.AskAsync(http, parts, StatusCodes.Status401Unauthorized, isOwn ? form : null);
            return;
        }

        var call = await CallAsync(http, found.Session, found.Secret);
        if (isOwn && SessionCookie.IsFormToken(found.Secret, form.Token))
        {
            await TurnAsync(http, () => handle(call, form));
        }
        else if (isOwn && KeptForm.Fields(form).Count > 0)
        {
            // A page of ours from before somebody signed in anew. What it asks for may not be what they want by now: they send it.
            await PageAnswer.WriteAsync(http, ErrorCode.Forbidden.Status, KeptForm.OfOtherSession(call, form));
        }
        else
        {
            throw new ApiException(
                ErrorCode.Forbidden, "This form is not one of this page's, or an old one: open the page again and send it from there");
        }
    }

    private bool IsOwn(HttpContext http) => WebOrigin.IsOwn(http.Request, _publicOrigin);

    private static bool IsAway(Exception failure) => failure is StoreUnavailableException or FencedException
        || (failure is ApiException known && known.Error == ErrorCode.StoreUnavailable);

    private async Task TurnAsync(HttpContext http, Func<Task> run)
    {
        if (!await _turns.WaitAsync(TurnMax, http.RequestAborted))
        {
            throw new ApiException(ErrorCode.Overloaded, "Too many pages are asked for at once. Try again shortly");
        }

        try
        {
            await run();
        }
        finally
        {
            _turns.Release();
        }
    }

    // A path without a mode is the operator's: it is of the mode that the session reaches.
    private async Task<PageCall> CallAsync(HttpContext http, DashboardSession session, byte[] secret)
    {
        var isTest = (string?)http.Request.RouteValues["mode"] switch
        {
            "test" => true,
            "live" => false,
            null => session.MerchantOf(isTest: false) is null,
            _ => throw ApiException.NotFound("page"),
        };
        var id = session.MerchantOf(isTest) ?? throw ApiException.NotFound("page");
        return new PageCall(http, session, await MerchantAsync(http, id, isTest), SessionCookie.FormToken(secret), parts);
    }

    // The gateway knows those that have a key. The other half of an account has none at first, and its pages say what to do next.
    private async Task<Merchant> MerchantAsync(HttpContext http, Guid id, bool isTest) =>
        parts.Accounts.Current.Merchants.TryGetValue(id, out var known)
            ? known
            : (await parts.Management.Stores.Merchants.FindOfAccountAsync(id, isTest, http.RequestAborted))?.Merchant
                ?? throw ApiException.NotFound("page");

    private Task FailAsync(HttpContext http, Exception failure)
    {
        var (error, text) = Told(http, failure);
        http.Response.Headers.RetryAfter = error.RetryAfter;
        return PageAnswer.WriteAsync(http, error.Status, PageFrame.Notice(error.Status, text, Again(http, error)));
    }

    private static string? Again(HttpContext http, ErrorCode error) =>
        error == ErrorCode.StoreUnavailable && !HttpMethods.IsPost(http.Request.Method)
            ? http.Request.Path + http.Request.QueryString
            : null;

    // What a person is told of a failure; the log has the rest.
    private (ErrorCode Error, string Text) Told(HttpContext http, Exception failure)
    {
        if (failure is not (ApiException or BadHttpRequestException or StoreRefusedException))
        {
            LogFault(log, failure, http.GetEndpoint()?.DisplayName ?? "page");
        }

        return failure switch
        {
            ApiException expected => (expected.Error, expected.Message),
            StoreUnavailableException or FencedException => (ErrorCode.StoreUnavailable, PageFrame.AwayText),
            QueryTooLongException => (ErrorCode.StoreUnavailable, "This takes too long to look through. Choose a shorter time."),
            StoreRefusedException => (ErrorCode.InvalidParameter, "A value of the address can't be looked up."),
            BadHttpRequestException bad => (ErrorCode.InvalidRequest, bad.Message),
            _ => (ErrorCode.Internal, "Something went wrong here. The server's log says what."),
        };
    }

    // The route, not the address: that one may have a one-time link in it.
    [LoggerMessage(Level = LogLevel.Error, Message = "{Route} failed")]
    private static partial void LogFault(ILogger log, Exception exception, string route);
}
