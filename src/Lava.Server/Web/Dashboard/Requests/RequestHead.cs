using System.Text.Json;
using Lava.Core;
using Lava.Metering;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Who called what, and how it ended.</summary>
internal static class RequestHead
{
    /// <summary>The section.</summary>
    public static Markup Of(PageCall call, RequestFacts facts)
    {
        var record = facts.Record;
        var charge = record.Billed ? MoneyMarkup.Exact(record.Charge) : TextMarkup.None;
        return Markup.Of($"""
            <section aria-label="Request">
            <p class="sums"><span>Cost {MoneyMarkup.Exact(record.Cost)}</span> <span>Charge {charge}</span> {RequestRows.Status(record)}</p>
            {Problem(record)}
            {PartMarkup.Facts(Facts(call, record))}
            {Metadata(record)}
            </section>
            """);
    }

    private static Markup Problem(UsageRecord record)
    {
        var error = record.ErrorCode is { } code
            ? Markup.Of($"""<p class="notice bad">{TextMarkup.Code(code)} {RequestWords.Error(code)}</p>""")
            : Markup.Empty;
        var unbilled = record.Billed
            ? Markup.Empty
            : Markup.Of($"""<p class="notice warn">No customer was charged. {RequestWords.Unbilled(record)}</p>""");
        return Markup.Of($"{error}{unbilled}");
    }

    private static IEnumerable<(string Name, Markup Value)> Facts(PageCall call, UsageRecord record)
    {
        yield return ("Arrived", call.Moment(RequestRows.CreatedAt(record)));
        yield return ("Customer", RequestRows.Customer(call, record.CustomerId));
        yield return ("Meter", RequestRows.MeterLink(call, record.MeterId));
        yield return ("Model", TextMarkup.NameOrNone(record.Model));
        if (!record.Reported)
        {
            yield return ("Provider", Markup.Of($"{TextMarkup.Name(record.Provider)}, {RequestWords.KeyType(record.ProviderKeyType)}"));
            yield return ("Endpoint", TextMarkup.Name(record.Endpoint));
        }

        if (record.SpendKeyId is { } key)
        {
            var id = call.Format(IdPrefix.SpendKey, key);
            yield return ("Spend key", PartMarkup.Link(call.Link("/requests", (RequestParameters.SpendKey, id)), TextMarkup.Code(id)));
        }

        yield return ("Request id", TextMarkup.Code(record.RequestId));
        if (record.ResponseId is { } response)
        {
            yield return ("The provider's id", TextMarkup.Code(response));
        }

        yield return ("Kind", Markup.Of($"{Kind(record)}"));
    }

    private static string Kind(UsageRecord record) => record switch
    {
        { Reported: true } => "reported after the fact",
        { Job: JobState.Running } => "begins a job",
        { IsPoll: true } => "asks for a job",
        { Streamed: true } => "call, streamed",
        _ => "call",
    };

    private static Markup Metadata(UsageRecord record)
    {
        if (record.Metadata is null)
        {
            return Markup.Empty;
        }

        using var document = JsonDocument.Parse(record.Metadata);
        var pairs = document.RootElement.EnumerateObject().OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => Markup.Of($"<div><dt>{TextMarkup.Name(pair.Name)}</dt><dd>{TextMarkup.Name(pair.Value.ToString())}</dd></div>"))
            .ToList();
        return Markup.Of($"""<h2 class="after">Metadata</h2><dl class="facts">{pairs}</dl>""");
    }
}
