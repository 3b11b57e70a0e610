using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Sessions;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>One page that a person who has signed in asks for.</summary>
internal sealed class PageCall(
    HttpContext http, DashboardSession session, Merchant merchant, string formToken, DashboardParts parts)
{
    /// <summary>The cookie of people who want to see all ten digits everywhere.</summary>
    public const string DigitsCookie = "lava_digits";

    // More than any filter is long.
    private const int QueryLengthMax = 1_000;

    // A page is rather late by a batch than not there; it says how late.
    private static readonly TimeSpan CaughtUpMax = TimeSpan.FromMilliseconds(300);

    // What is there so soon is sent as a whole: drawing twice would cost more than it gains.
    private static readonly TimeSpan FrameAlone = TimeSpan.FromMilliseconds(20);

    public HttpContext Http => http;

    /// <summary>The page's frame was sent; its status can't be changed any more.</summary>
    public bool HasBegun { get; private set; }

    public DashboardSession Session => session;

    /// <summary>Whose data is shown.</summary>
    public Merchant Merchant => merchant;

    /// <summary>What pages work with.</summary>
    public DashboardParts Parts => parts;

    /// <summary>Test data?</summary>
    public bool IsTest => merchant.IsTest;

    /// <summary>The mode as it stands in addresses: "test" or "live".</summary>
    public string Mode => IsTest ? "test" : "live";

    /// <summary>The viewer's time zone.</summary>
    public ViewerZone Zone { get; } = ViewerZone.Of(http.Request.Cookies[ViewerZone.Cookie]);

    /// <summary>All digits of every amount?</summary>
    public bool HasAllDigits { get; } = http.Request.Cookies[DigitsCookie] == "1";

    /// <summary>What forms of this page must carry.</summary>
    public string FormToken => formToken;

    public DateTimeOffset Now { get; } = parts.Time.GetUtcNow();

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Where people find this server: a URL that ends with a slash.</summary>
    public string Server => parts.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}/";

    /// <summary>The id in the path.</summary>
    public string Id => (string)http.Request.RouteValues["id"]!;

    /// <summary>A parameter of the address, trimmed; null: none, or an empty one.</summary>
    public string? Query(string name) =>
        http.Request.Query[name] is [{ } text, ..] && text.Trim() is { Length: > 0 and <= QueryLengthMax } value ? value : null;

    /// <summary>The address of another page of this mode.</summary>
    /// <param name="path">Below the mode; it begins with a slash, its parts are escaped.</param>
    /// <param name="query">Parameters; those of null are left out.</param>
    public string Link(string path, params IEnumerable<(string Name, string? Value)> query) => Address($"/dashboard/{Mode}{path}", query);

    /// <summary>This page's address with other parameters; null takes one away. The list starts anew where it is filtered anew.</summary>
    public string Here(params IReadOnlyList<(string Name, string? Value)> changes) => With(http.Request.Path.ToString(), changes);

    /// <summary>The same of the page that a script asks or listens for.</summary>
    /// <param name="path">The page's, below the mode.</param>
    /// <param name="changes">Other parameters.</param>
    public string There(string path, params IReadOnlyList<(string Name, string? Value)> changes) =>
        With($"/dashboard/{Mode}{path}", changes);

    /// <summary>The public form of an id.</summary>
    public string Format(string prefix, Guid id) => Ids.Format(prefix, IsTest, id);

    /// <summary>An amount as this viewer wants it.</summary>
    public Markup Amount(Money amount) => HasAllDigits ? MoneyMarkup.Exact(amount) : MoneyMarkup.Short(amount);

    /// <summary>A moment in the viewer's zone.</summary>
    public Markup Moment(DateTimeOffset at) => TimeMarkup.Moment(at, Zone);

    /// <summary>Waits a little until PostgreSQL has all that was acknowledged; false: it has not, and the page says so.</summary>
    public async Task<bool> CatchUpAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Aborted);
        limit.CancelAfter(CaughtUpMax);
        try
        {
            return await parts.FlushPosition.CaughtUpAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!Aborted.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks the API as this merchant: the same rules, errors and limits as for a caller with a key.</summary>
    /// <param name="path">Below <c>/v1</c>, with its query; it begins with a slash.</param>
    public Task<ApiAnswer> GetAsync(string path) => parts.Api.SendAsync(http, merchant, HttpMethods.Get, path, null);

    /// <summary>Changes something through the API.</summary>
    public Task<ApiAnswer> SendAsync(string method, string path, JsonNode? body = null) =>
        parts.Api.SendAsync(http, merchant, method, path, body);

    /// <summary>Shows a page.</summary>
    public async Task OkAsync(PageView view)
    {
        var attention = await parts.Attention.OfAsync(merchant.Id, Aborted);
        await PageAnswer.WriteAsync(http, view.Status, PageFrame.Of(this, view, attention ?? 0));
    }

    /// <summary>
    /// Shows a page that may take its time. Where it does, the frame goes first: the browser draws it, and loads what it names, while the
    /// rest is looked up. What fails behind that is told within the frame (<see cref="FailAsync"/>).
    /// </summary>
    /// <param name="frame">The page without its body.</param>
    /// <param name="make">Makes the body.</param>
    public async Task OkAsync(PageView frame, Func<Task<Markup>> make)
    {
        var making = make();

        // A page without the database fails at once, and as a whole.
        var isPatient = HttpMethods.IsHead(http.Request.Method) || parts.Postgres().Away is not null;
        if (isPatient || await Task.WhenAny(making, Task.Delay(FrameAlone, Aborted)) == making)
        {
            await OkAsync(frame with { Body = await making });
            return;
        }

        HasBegun = true;
        await PageAnswer.BeginAsync(http, PageFrame.Begin(this, frame, parts.Attention.KnownOf(merchant.Id) ?? 0));
        await PageAnswer.GoOnAsync(http, Markup.Join([await making, PageFrame.End(this)]));
    }

    /// <summary>Ends a page that was begun and can't be made.</summary>
    public Task FailAsync(string text, string? again) =>
        PageAnswer.GoOnAsync(http, Markup.Join([PageFrame.Missing(text, again), PageFrame.End(this)]));

    /// <summary>Answers a script with a piece of a page.</summary>
    public Task FragmentAsync(Markup part) => PageAnswer.WriteFragmentAsync(http, StatusCodes.Status200OK, part);

    /// <summary>Goes to another page after something was done.</summary>
    /// <param name="address">A path that <see cref="Link"/> made.</param>
    /// <param name="notice">What it says there once; null: nothing.</param>
    public Task SeeOtherAsync(string address, string? notice = null)
    {
        var join = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        PageAnswer.SeeOther(http, notice is null ? address : $"{address}{join}{Notice.Parameter}={notice}");
        return Task.CompletedTask;
    }

    private string With(string path, IReadOnlyList<(string Name, string? Value)> changes)
    {
        var kept = http.Request.Query
            .Where(one => one.Key is not (Notice.Parameter or "after") && changes.All(change => change.Name != one.Key))
            .Select(one => (one.Key, (string?)one.Value.ToString()));
        return Address(path, kept.Concat(changes.Where(change => !string.IsNullOrEmpty(change.Value))));
    }

    private static string Address(string path, IEnumerable<(string Name, string? Value)> query)
    {
        var parameters = query.Where(one => one.Value is not null)
            .Select(one => $"{Uri.EscapeDataString(one.Name)}={Uri.EscapeDataString(one.Value!)}");
        var text = string.Join('&', parameters);
        return text.Length == 0 ? path : $"{path}?{text}";
    }
}
