using Lava.Metering;
using Lava.Postgres;
using Lava.Server.Api.Requests;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>The form above a list of requests, and the filters that are set.</summary>
internal static class RequestFilterForm
{
    /// <summary>Where the list is.</summary>
    public const string Path = "/requests";

    // A choice of more is a page of its own: who has more models types the address.
    private const int OptionsMax = 100;

    private static readonly (string Value, string Label) Any = ("", "Any");

    /// <summary>The form, filled in with what the address says.</summary>
    public static async Task<Markup> OfAsync(PageCall call)
    {
        var models = await new RequestStore(call.Parts.Reading).ListModelsAsync(call.Merchant.Id, OptionsMax, call.Aborted);
        var meters = await new MeterStore(call.Parts.Reading).ListAsync(call.Merchant.Id, null, OptionsMax, call.Aborted);
        var providers = call.Parts.Management.Catalog.Providers.Select(provider => provider.Name);
        var hasKey = call.Query(RequestParameters.SpendKey) is not null;
        FormField[] fields =
        [
            new(RequestParameters.Customer, "Customer") { Hint = "id or reference" },
            Choice(call, RequestParameters.Meter, "Meter", meters.Select(meter => meter.Meter.Slug)),
            Choice(call, RequestParameters.Model, "Model", models),
            Choice(call, RequestParameters.Provider, "Provider", providers),
            Choice(call, RequestParameters.Status, "Status", RequestNames.Statuses.Keys),
            Choice(
                call, RequestParameters.Certainty, "Usage",
                Enum.GetValues<UsageCertainty>().OrderDescending().Select(RequestJson.CertaintyName)),
            new(RequestParameters.Metadata, "Metadata") { Hint = "feature:chat;user:7" },
            Day(call, RequestParameters.From, "From"),
            Day(call, RequestParameters.To, "To"),
            new(RequestParameters.SpendKey, "Spend key", hasKey ? FieldKind.Text : FieldKind.Hidden),
        ];
        return FormMarkup.Filter(call.Link(Path), "Show", fields, Values(call));
    }

    /// <summary>The filters that are set, each to be taken away by a click.</summary>
    public static Markup Chips(PageCall call, RequestQuery query) => query.Chips.Count == 0
        ? Markup.Empty
        : Markup.Of($"""
        <ul class="chips" aria-label="Filters">{query.Chips.Select(chip => Chip(call, chip))}
        <li><a href="{call.Link(Path)}">Clear all</a></li></ul>
        """);

    /// <summary>The address of something else with the same filters.</summary>
    public static string Link(PageCall call, string path, RequestQuery query) =>
        call.Link(path, query.Chips.Select(chip => (chip.Parameter, (string?)chip.Value)));

    private static Markup Chip(PageCall call, RequestChip chip) => Markup.Of($"""
        <li><a href="{call.Here((chip.Parameter, null))}" aria-label="Take away: {chip.Label}, {chip.Value}">
        {chip.Label}: {TextMarkup.Name(chip.Value)} ×</a></li>
        """);

    private static PostedForm Values(PageCall call) =>
        new(call.Http.Request.Query.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal));

    // What the address names is a choice too, though there be nothing of it.
    private static FormField Choice(PageCall call, string name, string label, IEnumerable<string> values)
    {
        var options = values.ToList();
        if (call.Query(name) is { } chosen && !options.Contains(chosen, StringComparer.Ordinal))
        {
            options.Insert(0, chosen);
        }

        return new FormField(name, label, FieldKind.Choice) { Options = [Any, .. options.Select(value => (value, value))] };
    }

    // A moment does not fit into a field of a day.
    private static FormField Day(PageCall call, string name, string label) =>
        new(name, label, call.Query(name) is { Length: not 10 } ? FieldKind.Text : FieldKind.Day);
}
