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

    public static Markup Of(PageCall call, CustomerHead head) => Of(call, head, Values(head), null, null);

    /// <summary>Changes it.</summary>
    public static async Task SaveAsync(PageCall call, PostedForm sent)
    {
        var head = await CustomerHead.ReadAsync(call);
        var form = Compact(sent);
        var body = form.ToJson(new FormSpec("", "", CustomerNewPage.Fields));
        body["limits"] = Limits(form);
        var answer = await call.SendAsync(HttpMethods.Patch, head.Path(), body);
        await (answer.IsOk
            ? call.SeeOtherAsync(head.Tab(call, "settings"), "saved")
            : ShowAsync(call, head, form, answer, null));
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
            : ShowAsync(call, head, Values(head), null, answer));
    }

    private static async Task ShowAsync(PageCall call, CustomerHead head, PostedForm values, ApiAnswer? saved, ApiAnswer? deleted)
    {
        var view = await head.ViewAsync(call, "settings", Of(call, head, values, saved, deleted));
        await call.OkAsync(view with { Status = (saved ?? deleted)!.Status });
    }

    private static Markup Of(PageCall call, CustomerHead head, PostedForm values, ApiAnswer? saved, ApiAnswer? deleted) => Markup.Of($"""
        <div class="columns">
        <section aria-label="Fields"><h2>Fields and limits</h2>{FormMarkup.Of(Spec(call, head, values), call.FormToken, values, saved)}</section>
        <section aria-label="Delete"><h2>Delete</h2>
        <p>Its calls are refused from then on, its plan ends and nothing is paid back. Its requests and its ledger stay.</p>
        {FormMarkup.Of(Deletion(call, head), call.FormToken, null, deleted)}</section>
        </div>
        """);

    private static FormSpec Deletion(PageCall call, CustomerHead head) => new(
        call.Link(head.Path("/delete")), "Delete this customer",
        [new FormField(Confirm, "Type its reference id, or its id") { IsRequired = true, Hint = head.Reference ?? head.Id }])
    {
        IsDangerous = true,
    };

    private static FormSpec Spec(PageCall call, CustomerHead head, PostedForm values)
    {
        var rows = Math.Min(Rows(values) + EmptyRows, LimitsMax);
        return new FormSpec(
            call.Link(head.Path("/settings")), "Save",
            [.. CustomerNewPage.Fields, .. Enumerable.Range(0, rows).SelectMany(LimitRow)]);
    }

    private static FormField[] LimitRow(int row) =>
    [
        new($"limit{row}_amount", $"Limit {row + 1}: at most") { Path = $"limits[{row}].amount", Hint = row == 0 ? "Leave it empty for none." : null },
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
                ["amount"] = unit != "spend" && long.TryParse(text, out var count) ? JsonValue.Create(count) : JsonValue.Create(text),
            });
        }

        return limits;
    }

    private static PostedForm Values(CustomerHead head)
    {
        var values = PostedForm.Of(new FormSpec("", "", CustomerNewPage.Fields), head.Customer).With("name", head.FullName ?? "")
            .With("email", head.Contact("email") ?? "").With("phone", head.Contact("phone") ?? "");
        var row = 0;
        foreach (var limit in head.Customer.Items("limits"))
        {
            values = values.With($"limit{row}_amount", limit.Text("amount")!).With($"limit{row}_unit", limit.Text("unit")!)
                .With($"limit{row}_cycle", limit.Text("cycle")!);
            row++;
        }

        return values;
    }
}
