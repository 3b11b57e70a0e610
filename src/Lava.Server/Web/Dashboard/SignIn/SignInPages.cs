using System.Net;
using Lava.Core;
using Lava.Server.Api;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Sessions;

namespace Lava.Server.Web.Dashboard.SignIn;

/// <summary>
/// Signing in with a secret key or the link that the server printed, and out. Signing in does nothing else: a form that was sent after its
/// session had ended is shown again and sent by the person.
/// </summary>
internal sealed class SignInPages(DashboardParts parts, PageHandler handler)
{
    /// <summary>The page's path.</summary>
    public const string Path = "/dashboard/sign-in";

    private const string KeptText = "Your session has ended. What you filled in is kept: sign in and send it again.";

    private const string KeyHint =
        "It begins with aks_. A live key shows live and test data, a test key test data. The server printed one at its first start.";

    private const string UsedText =
        "It works once and for an hour. Sign in with a key, or restart the server before anybody has signed in: it prints a new link.";

    private const string Home = "/dashboard";
    private const string Return = "_return";
    private const string Kept = "kept.";

    // Of one address; people who mistype need a few.
    private const int TriesPerMinute = 20;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly CallRates<IPAddress> _tries = new(TriesPerMinute, parts.Time);
    private readonly string? _publicOrigin = WebOrigin.Of(parts.PublicUrl);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, Reading, http => handler.GuardAsync(http, () => AskAsync(http, parts, StatusCodes.Status200OK, null)));
        routes.MapPost(Path, http => handler.GuardAsync(http, () => OpenByKeyAsync(http)));
        routes.MapMethods($"{Path}/{{link}}", Reading, http => handler.GuardAsync(http, () => ShowLinkAsync(http)));
        routes.MapPost($"{Path}/{{link}}", http => handler.GuardAsync(http, () => OpenByLinkAsync(http)));
        routes.MapPost("/dashboard/sign-out", handler.Form(LeaveAsync));
        routes.MapPost("/dashboard/sign-out-everywhere", handler.Form(LeaveEverywhereAsync));
    }

    /// <summary>Shows the page; what was asked for, and what was filled in there, is kept.</summary>
    /// <param name="http">The request and its answer.</param>
    /// <param name="parts">The dashboard's.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="sent">A form that came; null: none.</param>
    /// <param name="problem">What hinders; null: nothing.</param>
    /// <param name="isPage">Was a page asked for? Signing in leads to where the link to anything else stands.</param>
    public static Task AskAsync(
        HttpContext http, DashboardParts parts, int status, PostedForm? sent, string? problem = null, bool isPage = true)
    {
        var request = http.Request;
        var isHere = request.Path.StartsWithSegments(Path);
        var isPost = HttpMethods.IsPost(request.Method);
        var kept = isHere ? KeptOf(sent) : isPost ? KeptForm.Fields(sent) : [];
        var address = isHere ? sent?.Text(Return) ?? Home
            : isPage && (kept.Count > 0 || !isPost) ? request.Path + request.QueryString
            : ReturnAddress.Of(request, WebOrigin.Of(parts.PublicUrl));
        return PageAnswer.WriteAsync(http, status, PageFrame.Alone(request, "Sign in", Markup.Of($"""
            {(problem is null ? Markup.Empty : Markup.Of($"""<p class="notice bad" role="alert">{problem}</p>"""))}
            {(kept.Count == 0 ? Markup.Empty : Markup.Of($"""<p class="notice warn">{KeptText}</p>"""))}
            <form class="fields" method="post" action="{Path}">
            <input type="hidden" name="{Return}" value="{Own(address)}">
            {kept.Select(field => Hidden(Kept + field.Name, field.Value))}
            <div class="field"><label for="key">Secret key</label>
            <input id="key" name="key" type="password" autocomplete="current-password" required aria-describedby="key-hint">
            <p class="hint" id="key-hint">{KeyHint}</p></div>
            <p class="send"><button class="primary">Sign in</button></p>
            </form>
            """)));
    }

    private async Task OpenByKeyAsync(HttpContext http)
    {
        var form = await PostedForm.ReadAsync(http.Request, http.RequestAborted);
        Guard(http);
        var digest = SecretKeyText.Digest(form.Text("key") ?? "");
        if (await parts.Sessions.OpenAsync(digest, http.RequestAborted) is not { } secret)
        {
            await AskAsync(http, parts, StatusCodes.Status401Unauthorized, form, "This is no secret key that is known here.");
            return;
        }

        parts.Cookie.Write(http, secret);
        var address = Own(form.Text(Return) ?? Home);
        var kept = KeptOf(form);
        if (kept.Count == 0)
        {
            PageAnswer.SeeOther(http, address);
            return;
        }

        await PageAnswer.WriteAsync(http, StatusCodes.Status200OK, PageFrame.Alone(http.Request, "Check and send again", Markup.Of($"""
            <p class="notice good" role="status">Signed in. Nothing was sent yet: this is what you had filled in.</p>
            {KeptForm.Of(address, SessionCookie.FormToken(secret), kept, "Send")}
            <p><a class="button" href="{Home}">Leave it</a></p>
            """)));
    }

    private Task ShowLinkAsync(HttpContext http)
    {
        // Looking at it does not use it up: mail programs and chats do.
        var link = (string)http.Request.RouteValues["link"]!;
        return parts.Link.Matches(link)
            ? PageAnswer.WriteAsync(http, StatusCodes.Status200OK, PageFrame.Alone(http.Request, "Sign in", Markup.Of($"""
                <p>This link signs in once, as the first merchant of this server.</p>
                <form method="post" action="{Path}/{link}"><p class="send"><button class="primary">Sign in</button></p></form>
                """)))
            : UsedAsync(http);
    }

    private async Task OpenByLinkAsync(HttpContext http)
    {
        Guard(http);
        if (!parts.Link.TryTake((string)http.Request.RouteValues["link"]!)
            || await parts.Sessions.OpenFirstAsync(http.RequestAborted) is not { } secret)
        {
            await UsedAsync(http);
            return;
        }

        parts.Cookie.Write(http, secret);
        PageAnswer.SeeOther(http, Home);
    }

    private static Task UsedAsync(HttpContext http) => PageAnswer.WriteAsync(
        http,
        StatusCodes.Status404NotFound,
        PageFrame.Alone(http.Request, "This link is used or too old", Markup.Of($"""
            <p>{UsedText}</p>
            <p><a class="button" href="{Path}">Sign in with a key</a></p>
            """)));

    private async Task LeaveAsync(PageCall call, PostedForm form)
    {
        await parts.Sessions.EndAsync(call.Session, call.Aborted);
        parts.Cookie.Delete(call.Http);
        PageAnswer.SeeOther(call.Http, Path);
    }

    private async Task LeaveEverywhereAsync(PageCall call, PostedForm form)
    {
        await parts.Sessions.EndAllAsync(call.Session.Account.Id, call.Aborted);
        parts.Cookie.Delete(call.Http);
        PageAnswer.SeeOther(call.Http, Path);
    }

    // Another site's page could sign somebody in as somebody else, and watch what they enter.
    private void Guard(HttpContext http)
    {
        if (!WebOrigin.IsOwn(http.Request, _publicOrigin))
        {
            throw new ApiException(ErrorCode.Forbidden, "Only the sign-in page of this server may do this");
        }

        _tries.Take(http.Connection.RemoteIpAddress ?? IPAddress.None).Tell(http.Response.Headers);
    }

    // Only pages of the dashboard: nobody can be sent elsewhere.
    private static string Own(string address) =>
        address.StartsWith("/dashboard/", StringComparison.Ordinal) && !address.StartsWith(Path, StringComparison.Ordinal)
            && !address.StartsWith("/dashboard/sign-out", StringComparison.Ordinal)
            && !address.Contains('\\', StringComparison.Ordinal)
            ? address
            : Home;

    private static List<(string Name, string Value)> KeptOf(PostedForm? sent) => KeptForm.Within(
        sent?.Values.Where(field => field.Key.StartsWith(Kept, StringComparison.Ordinal))
            .Select(field => KeyValuePair.Create(field.Key[Kept.Length..], field.Value)));

    private static Markup Hidden(string name, string value) => Markup.Of($"""<input type="hidden" name="{name}" value="{value}">""");
}
