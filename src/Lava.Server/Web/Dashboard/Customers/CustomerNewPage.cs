using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>Makes a customer.</summary>
internal static class CustomerNewPage
{
    private const string Path = "/customers/new";

    /// <summary>The fields that customers have from their first day on; empty ones are cleared where they are changed.</summary>
    public static readonly IReadOnlyList<FormField> Fields =
    [
        new("reference_id", "Reference id")
        {
            ClearsWhenEmpty = true, Hint = "What your own system calls this customer: calls may name it.",
        },
        new("name", "Name") { ClearsWhenEmpty = true },
        new("email", "E-mail") { ClearsWhenEmpty = true },
        new("phone", "Phone") { ClearsWhenEmpty = true, Hint = "With its country: +15551234567." },
        new("metadata", "Metadata", FieldKind.Json) { ClearsWhenEmpty = true, Hint = "A JSON object of your own." },
    ];

    public static Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer) => call.OkAsync(
        new PageView(PageArea.Customers, "New customer", Markup.Of($"""
            <p class="trail">{PartMarkup.Link(call.Link("/customers"), "Customers")}</p>
            <section>{FormMarkup.Of(Spec(call), call.FormToken, sent, answer)}</section>
            """))
        {
            Styles = ["customers.css"],
            Status = answer?.Status ?? StatusCodes.Status200OK,
        });

    public static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Post, "/customers", form.ToJson(Spec(call)));
        await (answer.IsOk
            ? call.SeeOtherAsync(
                call.Link($"/customers/{answer.Body.Text("customer_id")}"),
                answer.Status == StatusCodes.Status201Created ? "created" : "exists")
            : ShowAsync(call, form, answer));
    }

    private static FormSpec Spec(PageCall call) => new(call.Link(Path), "Create", Fields);
}
