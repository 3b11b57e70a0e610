using Lava.Core;
using Lava.Metering;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Requests as rows of a table.</summary>
internal static class RequestRows
{
    /// <summary>The table's columns.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["Time", "Customer", "Meter", "Model", "#Tokens", "#Cost", "#Charge", "Status", "#Latency", "#Own share"];

    /// <summary>A table of them.</summary>
    public static Markup Table(PageCall call, IEnumerable<UsageRecord> records) =>
        TableMarkup.OfRows("Requests, newest first", Columns, records.Select(record => Row(call, record)));

    /// <summary>A row; its id in the page is the request's.</summary>
    public static Markup Row(PageCall call, UsageRecord record) => TableMarkup.Row(Columns, Cells(call, record), Key(call, record.Id));

    /// <summary>What a request is called in addresses and pages.</summary>
    public static string Key(PageCall call, Guid id) => call.Format(IdPrefix.Request, id);

    /// <summary>The address of a request's page. A report's own id may be any text: its key is in the address.</summary>
    public static string Address(PageCall call, Guid id) => call.Link($"/requests/{Key(call, id)}");

    /// <summary>A customer as a link, by the merchant's own name where there is one.</summary>
    public static Markup Customer(PageCall call, Guid? id)
    {
        if (id is not { } known)
        {
            return TextMarkup.None;
        }

        var text = call.Format(IdPrefix.Customer, known);
        var name = RequestNamesOf.Customer(call, known);
        return PartMarkup.Link(call.Link($"/customers/{text}"), name is null ? TextMarkup.Code(text) : TextMarkup.Name(name));
    }

    /// <summary>A meter by its slug; of one that is gone, its id.</summary>
    public static Markup Meter(PageCall call, Guid? id) => id is not { } known
        ? TextMarkup.None
        : RequestNamesOf.Meter(call, known) is { } slug ? TextMarkup.Name(slug) : TextMarkup.Code(call.Format(IdPrefix.Meter, known));

    /// <summary>A meter with the way to its page.</summary>
    public static Markup MeterLink(PageCall call, Guid? id) => id is { } known
        ? PartMarkup.Link(call.Link(Pricing.MeterForm.PathOf(call.Format(IdPrefix.Meter, known))), Meter(call, known))
        : Meter(call, null);

    /// <summary>State and HTTP status, in words.</summary>
    public static Markup Status(UsageRecord record)
    {
        var badge = PartMarkup.Badge(RequestWords.Tone(record.Status), RequestJson.StatusName(record.Status));
        return record.HttpStatus == 0 ? badge : Markup.Of($"{badge} {record.HttpStatus}");
    }

    /// <summary>When it arrived.</summary>
    public static DateTimeOffset CreatedAt(UsageRecord record) => At(record.CreatedAtMicros);

    /// <summary>A time of a record.</summary>
    public static DateTimeOffset At(long micros) => DateTimeOffset.UnixEpoch.AddMicroseconds(micros);

    private static IReadOnlyList<Markup> Cells(PageCall call, UsageRecord record) =>
    [
        PartMarkup.Link(Address(call, record.Id), call.Moment(CreatedAt(record))),
        Customer(call, record.CustomerId),
        Meter(call, record.MeterId),
        Model(record),
        Tokens(record),
        call.Amount(record.Cost),
        record.Billed ? call.Amount(record.Charge) : TextMarkup.None,
        StatusCell(record),
        Latency(record),
        record.Reported ? TextMarkup.None : Markup.Of($"{FigureText.Duration(record.AddedMicros)}"),
    ];

    // What was answered rightly says no more than that: the row has room for what differs.
    private static Markup StatusCell(UsageRecord record) =>
        record is { Status: RequestStatus.Completed, HttpStatus: StatusCodes.Status200OK }
        ? PartMarkup.Badge(RequestWords.Tone(record.Status), RequestJson.StatusName(record.Status))
        : Status(record);

    private static Markup Model(UsageRecord record) => record.Provider.Length == 0
        ? TextMarkup.NameOrNone(record.Model)
        : Markup.Of($"{TextMarkup.NameOrNone(record.Model)} <small>{record.Provider}</small>");

    private static Markup Tokens(UsageRecord record)
    {
        var usage = record.Usage;
        var text = Markup.Of($"{FigureText.Count(usage.InputTokens)} → {FigureText.Count(usage.OutputTokens)}");
        return usage.Certainty == UsageCertainty.Exact
            ? text
            : Markup.Of($"""<span title="{RequestWords.Reason(usage.Reason)}">≈ {text}</span>""");
    }

    private static Markup Latency(UsageRecord record)
    {
        if (record.Reported)
        {
            return TextMarkup.None;
        }

        var total = FigureText.Duration(Math.Max(0, record.CompletedAtMicros - record.CreatedAtMicros));
        return record.TimeToFirstByteMicros == 0
            ? Markup.Of($"{total}")
            : Markup.Of($"""<span title="First byte after {FigureText.Duration(record.TimeToFirstByteMicros)}">{total}</span>""");
    }
}
