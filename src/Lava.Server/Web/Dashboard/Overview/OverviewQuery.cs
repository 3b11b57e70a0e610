using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Plots;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>What the overview's address asks for. What it does not name rightly is as if it were not there.</summary>
internal sealed record OverviewQuery
{
    /// <summary>Names of measures in an address, with how people read them.</summary>
    public static readonly IReadOnlyList<(TotalsMeasure Value, string Name, string Text)> Measures =
    [
        (TotalsMeasure.Charge, "charge", "Charged"), (TotalsMeasure.Cost, "cost", "Spent"), (TotalsMeasure.Margin, "margin", "Margin"),
        (TotalsMeasure.Requests, "requests", "Requests"), (TotalsMeasure.Tokens, "tokens", "Tokens"),
        (TotalsMeasure.Errors, "errors", "Errors"),
    ];

    /// <summary>Names of groupings in an address, with how people read them.</summary>
    public static readonly IReadOnlyList<(TotalsGrouping Value, string Name, string Text)> Groupings =
    [
        (TotalsGrouping.Model, "model", "Model"), (TotalsGrouping.Provider, "provider", "Provider"),
        (TotalsGrouping.Meter, "meter", "Meter"), (TotalsGrouping.Customer, "customer", "Customer"),
    ];

    public required PlotRange Range { get; init; }

    public required TotalsMeasure Measure { get; init; }

    public required TotalsGrouping By { get; init; }

    public required Guid MerchantId { get; init; }

    public required bool IsTest { get; init; }

    public Guid? CustomerId { get; init; }

    public Guid? MeterId { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    /// <summary>Is only a part of the usage shown?</summary>
    public bool IsFiltered => CustomerId is not null || MeterId is not null || Provider is not null || Model is not null;

    /// <summary>What of the usage is shown.</summary>
    public TotalsFilter Filter => new()
    {
        MerchantId = MerchantId,
        Customers = CustomerId is { } customer ? [customer] : null,
        MeterId = MeterId,
        Provider = Provider,
        Model = Model,
    };

    /// <summary>The measure's name and text.</summary>
    public (TotalsMeasure Value, string Name, string Text) MeasureName => Measures.First(one => one.Value == Measure);

    /// <summary>The grouping's name and text.</summary>
    public (TotalsGrouping Value, string Name, string Text) GroupingName => Groupings.First(one => one.Value == By);

    /// <summary>Does a part of it still go on?</summary>
    public bool IsOpen(DateTimeOffset now) => Range.Until > now;

    /// <summary>Reads a page's address.</summary>
    public static OverviewQuery Of(PageCall call) => At(call, call.Now);

    /// <summary>Reads a page's address, as if it were asked for at another time.</summary>
    public static OverviewQuery At(PageCall call, DateTimeOffset now) => new()
    {
        MerchantId = call.Merchant.Id,
        IsTest = call.IsTest,
        Range = PlotRange.Of(call.Query("range"), call.Query("from"), call.Query("to"), call.Zone.Zone, now),
        Measure = Measures.FirstOrDefault(one => one.Name == call.Query("measure"), Measures[0]).Value,
        By = Groupings.FirstOrDefault(one => one.Name == call.Query("by"), Groupings[0]).Value,
        CustomerId = IdOf(IdPrefix.Customer, call.Query("customer")),
        MeterId = IdOf(IdPrefix.Meter, call.Query("meter")),
        Provider = call.Query("provider"),
        Model = call.Query("model"),
    };

    private static Guid? IdOf(string prefix, string? text) => text is not null && Ids.TryParse(prefix, text, out var id) ? id : null;
}
