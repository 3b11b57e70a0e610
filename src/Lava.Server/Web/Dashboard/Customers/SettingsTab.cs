using System.Text.Json.Nodes;
using Lava.Core.Accounts;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What is known of a customer, its hard limits, and its end.</summary>
internal static class SettingsTab
{
    private const string Confirm = "confirm";

    // As many as the API takes.
    private const int LimitsMax = 8;

    // Beside those that are there already.
    private const int EmptyRows = 2;

    public static Markup Of(PageCall call, CustomerHead head) => Of(call, head, new SettingsForms());

    /// <summary>Changes what is known of it.</summary>
    public static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = await call.SendAsync(HttpMethods.Patch, head.Path(), form.ToJson(Fields(call, head)));
        await EndAsync(call, head, answer, new SettingsForms { Fields = (form, answer) });
    }

    /// <summary>Changes its hard limits.</summary>
    public static async Task LimitAsync(PageCall call, PostedForm sent)
    {
        var head = await CustomerHead.ReadAsync(call);
        var form = Compact(sent);
        var answer = await call.SendAsync(HttpMethods.Patch, head.Path(), new JsonObject { ["limits"] = Limits(form) });
        await EndAsync(call, head, answer, new SettingsForms { Limits = (form, answer) });
    }

    /// <summary>Deletes it, where who asks has typed whom.</summary>
    public static async Task DeleteAsync(PageCall call, PostedForm form)
    {
        var head = await CustomerHead.ReadAsync(call);
        var answer = form.Text(Confirm) is { } typed && (typed == head.Reference?.Trim() || typed == head.Id)
            ? await call.SendAsync(HttpMethods.Delete, head.Path())
            : OwnError.Of(Confirm, "is not what this customer is called");
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link("/customers"), "deleted")
            : EndAsync(call, head, answer, new SettingsForms { Deletion = answer }));
    }

    private static async Task EndAsync(PageCall call, CustomerHead head, ApiAnswer answer, SettingsForms forms)
    {
        if (answer.IsOk)
        {
            await call.SeeOtherAsync(head.Tab(call, "settings"), "saved");
            return;
        }

        await call.OkAsync(await head.ViewAsync(call, "settings", Of(call, head, forms)) with { Status = answer.Status });
    }

    private static Markup Of(PageCall call, CustomerHead head, SettingsForms forms)
    {
        var limits = forms.Limits?.Values ?? LimitsOf(head);
        return Markup.Of($"""
            <div class="columns">
            <section aria-label="Fields"><h2>Fields</h2>
            {FormMarkup.Of(Fields(call, head), call.FormToken, forms.Fields?.Values ?? FieldsOf(head), forms.Fields?.Answer)}</section>
            <section aria-label="Limits" class="limits"><h2>Hard limits</h2>
            <p>Calls beyond one are refused until its time begins anew. Those of the plan hold beside them.</p>
            {FormMarkup.Of(LimitsSpec(call, head, limits), call.FormToken, limits, forms.Limits?.Answer)}</section>
            </div>
            <section aria-label="Delete"><h2>Delete</h2>
            <p>Its calls are refused from then on, its plan ends and nothing is paid back. Its requests and its ledger stay.</p>
            {FormMarkup.Of(Deletion(call, head), call.FormToken, null, forms.Deletion)}</section>
            """);
    }

    private static FormSpec Fields(PageCall call, CustomerHead head) =>
        new(call.Link(head.Path("/settings")), "Save", CustomerNewPage.Fields);

    private static FormSpec Deletion(PageCall call, CustomerHead head) => new(
        call.Link(head.Path("/delete")), "Delete this customer",
        [new FormField(Confirm, "Type its reference id, or its id") { IsRequired = true, Hint = head.Reference ?? head.Id }])
    {
        IsDangerous = true,
    };

    private static FormSpec LimitsSpec(PageCall call, CustomerHead head, PostedForm values) => new(
        call.Link(head.Path("/limits")), "Save limits",
        [.. Enumerable.Range(0, Math.Min(Rows(values) + EmptyRows, LimitsMax)).SelectMany(LimitRow)]);

    private static FormField[] LimitRow(int row) =>
    [
        new($"limit{row}_amount", $"Limit {row + 1}") { Path = $"limits[{row}].amount" },
        new($"limit{row}_unit", "of", FieldKind.Choice)
        {
            Path = $"limits[{row}].unit", Options = [.. LimitNames.Units.Keys.Select(unit => (unit, unit == "spend" ? "dollars" : unit))],
        },
        new($"limit{row}_cycle", "in", FieldKind.Choice) { Path = $"limits[{row}].cycle", Options = CustomerWords.CycleOptions },
    ];

    private static int Rows(PostedForm values) =>
        Enumerable.Range(0, LimitsMax).Count(row => values.Text($"limit{row}_amount") is not null);

    // Rows without an amount are none; those below move up, so that the API names the row that people see.
    private static PostedForm Compact(PostedForm form)
    {
        var filled = Enumerable.Range(0, LimitsMax).Where(row => form.Text($"limit{row}_amount") is not null).ToList();
        var compact = form;
        for (var row = 0; row < LimitsMax; row++)
        {
            foreach (var part in new[] { "amount", "unit", "cycle" })
            {
                compact = compact.With($"limit{row}_{part}", row < filled.Count ? form.Text($"limit{filled[row]}_{part}") ?? "" : "");
            }
        }

        return compact;
    }

    // A number where it is one: the API says of anything else what is wrong with it.
    private static JsonArray Limits(PostedForm form)
    {
        var limits = new JsonArray();
        for (var row = 0; row < Rows(form); row++)
        {
            var (unit, text) = (form.Text($"limit{row}_unit"), form.Text($"limit{row}_amount")!);
            limits.Add((JsonNode)new JsonObject
            {
                ["unit"] = unit,
                ["cycle"] = form.Text($"limit{row}_cycle"),
                ["amount"] = unit == "spend" ? TypedAmount.Plain(text) ?? text
                    : long.TryParse(text, out var count) ? JsonValue.Create(count) : JsonValue.Create(text),
            });
        }

        return limits;
    }

    private static PostedForm FieldsOf(CustomerHead head) =>
        PostedForm.Of(new FormSpec("", "", CustomerNewPage.Fields), head.Customer)
            .With("name", head.FullName ?? "").With("email", head.Contact("email") ?? "").With("phone", head.Contact("phone") ?? "");

    private static PostedForm LimitsOf(CustomerHead head) => head.Customer.Items("limits").Index().Aggregate(
        PostedForm.Empty,
        (values, limit) => values.With($"limit{limit.Index}_amount", Short(limit.Item.Text("amount")!))
            .With($"limit{limit.Index}_unit", limit.Item.Text("unit")!).With($"limit{limit.Index}_cycle", limit.Item.Text("cycle")!));

    // "5.0000000000" is five dollars.
    private static string Short(string amount) =>
        amount.Contains('.', StringComparison.Ordinal) ? amount.TrimEnd('0').TrimEnd('.') : amount;
}
