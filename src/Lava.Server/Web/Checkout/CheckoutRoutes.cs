using System.Text;
using Lava.Billing.Checkout;
using Lava.Core;
using Lava.Server.Api;

namespace Lava.Server.Web.Checkout;

/// <summary>The pages of checkout sessions. Their addresses have secrets in them: none is logged.</summary>
internal sealed class CheckoutRoutes(CheckoutWeb web, ILogger log)
{
    private readonly CheckoutHandler _handler = new(log);
    private readonly string? _publicOrigin = WebOrigin.Of(web.PublicUrl);

    public void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/embed/checkout/{secret}", methods, Handle((http, session) => ShowAsync(http, session, isEmbedded: true)));
        routes.MapMethods("/checkout/{secret}", methods, Handle((http, session) => ShowAsync(http, session, isEmbedded: false)));
        routes.MapPost("/checkout/{secret}/{act}", Handle(ActAsync));
    }

    private RequestDelegate Handle(Func<HttpContext, Guid, Task> handle) =>
        http => _handler.RunAsync(http, Session(http), session => handle(http, session));

    // No visit is known yet: the module asks again with its own.
    private async Task ShowAsync(HttpContext http, Guid session, bool isEmbedded)
    {
        var view = await web.Checkout.ShowAsync(new CheckoutVisit(session, default), http.RequestAborted) ?? throw Unknown();
        var origin = WebOrigin.Of(view.Origin);
        if (isEmbedded && origin is not null)
        {
            _handler.Remember(session, view.IsTest, origin);
        }

        PageHeaders.Set(http.Response.Headers, isEmbedded ? origin : null, view.IsTest ? web.TestCardScript : web.LiveCardScript);
        var pages = new CheckoutPages(isEmbedded, Countries.Guess(http.Request.Headers.AcceptLanguage.ToString()));
        await CheckoutHandler.WriteAsync(http, StatusCodes.Status200OK, CheckoutDocument.Of(view, pages));
    }

    private async Task ActAsync(HttpContext http, Guid session)
    {
        if (!WebOrigin.IsOwn(http.Request, _publicOrigin))
        {
            throw new ApiException(ErrorCode.Forbidden, "Only the checkout's own page may do this");
        }

        var name = (string)http.Request.RouteValues["act"]!;
        if (!CheckoutActs.All.TryGetValue(name, out var act))
        {
            throw Unknown();
        }

        var visit = VisitHeader.Read(http.Request);
        if (visit == default && name != CheckoutActs.State)
        {
            throw new ApiException(ErrorCode.InvalidRequest, $"{VisitHeader.Name} is missing");
        }

        var form = await CheckoutForm.ReadAsync(http.Request, http.RequestAborted);
        var view = await act(web.Checkout, new CheckoutVisit(session, visit), form, http.RequestAborted) ?? throw Unknown();
        PageHeaders.SetFragment(http.Response.Headers);
        http.Response.Headers["x-checkout-step"] = CheckoutPages.Name(view.Step);
        var pages = new CheckoutPages(
            http.Request.Headers["x-lava-embedded"] == "1", Countries.Guess(http.Request.Headers.AcceptLanguage.ToString()));
        var status = view.Errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        await CheckoutHandler.WriteAsync(http, status, pages.Main(view));
    }

    private Guid? Session(HttpContext http) =>
        web.Secrets.TryReadCheckout(Encoding.UTF8.GetBytes((string)http.Request.RouteValues["secret"]!), out var id) ? id : null;

    private static ApiException Unknown() => ApiException.NotFound("checkout session");
}
