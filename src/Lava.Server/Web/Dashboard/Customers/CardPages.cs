using System.Text.Json.Nodes;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What people change of a customer's cards.</summary>
internal static class CardPages
{
    /// <summary>The field that names a test card.</summary>
    public const string Token = "token";

    private const string Path = "/customers/{id}/cards";
    private const string Tab = "payments";

    public static void Map(PageRoutes routes)
    {
        routes.Post(Path, AddAsync);
        routes.Post($"{Path}/{{card}}/default", ChooseAsync);
        routes.Post($"{Path}/{{card}}/remove", RemoveAsync);
    }

    private static async Task AddAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = await call.SendAsync(HttpMethods.Post, head.Path("/payment_methods"), form.ToJson(CardsPart.Spec(call, head)));
        await EndAsync(call, head, form, answer, "card-added");
    }

    private static async Task ChooseAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = await call.SendAsync(HttpMethods.Patch, Address(call, head), new JsonObject { ["is_default"] = true });
        await EndAsync(call, head, form, answer, "card-default");
    }

    private static async Task RemoveAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        await EndAsync(call, head, form, await call.SendAsync(HttpMethods.Delete, Address(call, head)), "card-removed");
    }

    // Of this customer: the API finds no other's by this path.
    private static string Address(PageCall call, CustomerHead head) =>
        head.Path($"/payment_methods/{Uri.EscapeDataString((string)call.Http.Request.RouteValues["card"]!)}");

    private static async Task EndAsync(PageCall call, CustomerHead head, PostedForm form, ApiAnswer answer, string notice)
    {
        if (answer.IsOk)
        {
            await call.SeeOtherAsync(head.Tab(call, Tab), notice);
            return;
        }

        // What can't be had now is a page of its own; what was wrong stands beside the cards.
        if (answer.Status == StatusCodes.Status503ServiceUnavailable)
        {
            answer.Found("card");
        }

        var view = await head.ViewAsync(call, Tab, await PaymentsTab.ReadAsync(call, head, (form, answer)));
        await call.OkAsync(view with { Status = answer.Status });
    }
}
