using Lava.Server.Web.Dashboard.Forms;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>Where pages say their addresses.</summary>
internal sealed class PageRoutes(IEndpointRouteBuilder routes, PageHandler handler, EventStreams streams)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private readonly HashSet<string> _pages = [];
    private readonly HashSet<string> _forms = [];

    /// <summary>A page of a merchant's data.</summary>
    /// <param name="path">Below the mode; it begins with a slash.</param>
    /// <param name="handle">Shows it.</param>
    public void Get(string path, Func<PageCall, Task> handle)
    {
        _pages.Add(path);
        routes.MapMethods(OfMode(path), Reading, handler.Page(handle));
    }

    /// <summary>A form.</summary>
    public void Post(string path, Func<PageCall, PostedForm, Task> handle)
    {
        _forms.Add(path);
        routes.MapPost(OfMode(path), handler.Form(handle));
    }

    /// <summary>
    /// Addresses that only take a form lead to the nearest page above them: a form that is shown again, with what is wrong with it, has
    /// the address that it was sent to, and people reload it, copy it or come back to it. To be called after all others.
    /// </summary>
    public void MapFormsToPages()
    {
        foreach (var path in _forms.Except(_pages))
        {
            var above = path;
            while (!_pages.Contains(above))
            {
                above = above[..above.LastIndexOf('/')];
            }

            var segments = path.Count(letter => letter == '/') - above.Count(letter => letter == '/');
            routes.MapMethods(OfMode(path), Reading, handler.Page(call => LeadUpAsync(call, segments)));
        }
    }

    /// <summary>A stream of news or a download: it holds no page's turn.</summary>
    public void GetLong(string path, Func<PageCall, Task> handle) => routes.MapGet(OfMode(path), handler.Long(handle));

    /// <summary>A stream of events, for pages that are open.</summary>
    public void GetStream(string path, Func<PageCall, EventStream, Task> handle) => GetLong(path, call => StreamAsync(call, handle));

    /// <summary>A stream of events about one thing: what is found first can still be a page that is not there.</summary>
    public void GetStream<T>(string path, Func<PageCall, Task<T>> find, Func<PageCall, T, EventStream, Task> handle) =>
        GetLong(path, async call =>
        {
            var found = await find(call);
            await StreamAsync(call, (_, stream) => handle(call, found, stream));
        });

    /// <summary>A stream of events of no mode.</summary>
    public void GetPlainStream(string path, Func<PageCall, EventStream, Task> handle) =>
        GetPlainLong(path, call => StreamAsync(call, handle));

    /// <summary>A page of no mode: the operator's, or one that says where to go.</summary>
    public void GetPlain(string path, Func<PageCall, Task> handle) =>
        routes.MapMethods($"/dashboard{path}", Reading, handler.Page(handle));

    /// <summary>A stream of no mode.</summary>
    public void GetPlainLong(string path, Func<PageCall, Task> handle) => routes.MapGet($"/dashboard{path}", handler.Long(handle));

    private Task StreamAsync(PageCall call, Func<PageCall, EventStream, Task> handle) => streams.RunAsync(
        call.Http,
        call.Session.Record.Digest,
        async () => await handler.SessionAsync(call.Http) is not null,
        stream =>
        {
            stream.Beside = new MenuNews(call, stream).TellAsync;
            return handle(call, stream);
        });

    private static Task LeadUpAsync(PageCall call, int segments)
    {
        var address = call.Http.Request.Path.ToUriComponent().TrimEnd('/');
        for (var i = 0; i < segments; i++)
        {
            address = address[..address.LastIndexOf('/')];
        }

        return call.SeeOtherAsync(address);
    }

    private static string OfMode(string path) => $"/dashboard/{{mode}}{path}";
}
