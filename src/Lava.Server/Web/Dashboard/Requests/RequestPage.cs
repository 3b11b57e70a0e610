using System.Text;
using System.Text.Json;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>One request, and where each figure of it comes from.</summary>
internal static class RequestPage
{
    /// <summary>Shows it.</summary>
    public static async Task ShowAsync(PageCall call, PriceHistory prices)
    {
        await call.CatchUpAsync();
        var record = await FindAsync(call) ?? throw ApiException.NotFound("request");
        var facts = await RequestFacts.ReadAsync(call, prices, record);
        await call.OkAsync(new PageView(PageArea.Requests, record.RequestId, Markup.Of($"""
            {RequestHead.Of(call, facts)}
            <div class="columns">{RequestCostPart.Of(facts)}{RequestChargePart.Of(call, facts)}</div>
            <div class="columns">{RequestMoneyPart.Of(call, facts)}{RequestTimingPart.Of(record)}</div>
            {CertaintyPart(record)}
            <section><details><summary>As JSON, as the API tells it</summary>{TextMarkup.Lines(Document(call, record))}</details></section>
            """))
        {
            Actions = Markup.Of($"{Neighbour(call, facts.Earlier, "Earlier")}{Neighbour(call, facts.Later, "Later")}"),
            Styles = ["requests.css"],
        });
    }

    // By the id that the API shows, or by the key: a report's own id may be any text. Slashes stay encoded in a path.
    private static async Task<UsageRecord?> FindAsync(PageCall call)
    {
        var store = new RequestStore(call.Parts.Reading);
        var shown = await store.FindAsync(call.Merchant.Id, call.Id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), call.Aborted);
        return shown is null && Ids.TryParse(IdPrefix.Request, call.Id, out var key)
            ? await store.FindByKeyAsync(call.Merchant.Id, key, call.Aborted)
            : shown;
    }

    private static Markup Neighbour(PageCall call, Guid? id, string text) =>
        id is { } known ? PartMarkup.Button(RequestRows.Address(call, known), text) : Markup.Empty;

    private static Markup CertaintyPart(UsageRecord record)
    {
        var usage = record.Usage;
        var tone = usage.Certainty == UsageCertainty.Exact ? "good" : "warn";
        var told = usage.ProviderCost is { } cost
            ? Markup.Of($"<p>The provider itself says that the call cost {MoneyMarkup.Exact(cost)}.</p>")
            : Markup.Empty;
        return Markup.Of($"""
            <section><h2>How sure this is</h2>
            <p>{PartMarkup.Badge(tone, RequestJson.CertaintyName(usage.Certainty))} {RequestWords.Reason(usage.Reason)}</p>{told}</section>
            """);
    }

    private static string Document(PageCall call, UsageRecord record)
    {
        var basis = record.MeterId is { } id && call.Parts.Management.Pricing.Current.Meters.TryGetValue(id, out var meter)
            ? meter.TokenBasis
            : TokenBasis.InputAndOutput;
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            RequestJson.Write(writer, record, call.IsTest, basis);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
