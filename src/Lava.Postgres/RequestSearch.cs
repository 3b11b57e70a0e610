using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// The commands that find requests, newest first. No filter reads more than an index says is worth it: what has no index of its own is
/// led by the sums that the flush keeps, which tell the quarters of an hour in which there is anything.
/// </summary>
internal static class RequestSearch
{
    /// <summary>Quarters that are looked through at once.</summary>
    public const int QuartersMax = 400;

    /// <summary>Newest requests that are looked at one by one for a pair of metadata, before its index is asked.</summary>
    public const int RecentMax = 5_000;

    /// <summary>Requests that are taken out of the index of metadata, which knows no order. A pair with more is found on the way.</summary>
    public const int FoundMax = 10_000;

    /// <summary>Totals of a model that are few: then a customer's requests are led by them, else by the customer's own sums.</summary>
    public const int FewTotals = 1_000;

    /// <summary>What sums are kept by.</summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromMicroseconds(UsageSumKey.QuarterLengthMicros);

    private static readonly long LastMilliseconds = DateTimeOffset.MaxValue.AddDays(-1).ToUnixTimeMilliseconds();

    /// <summary>The way for a filter.</summary>
    public static RequestWay WayOf(RequestFilter filter) => filter switch
    {
        { Metadata: not null } => RequestWay.Metadata,
        _ => WayWithoutMetadata(filter),
    };

    /// <summary>The way for a filter whose metadata says too little.</summary>
    public static RequestWay WayWithoutMetadata(RequestFilter filter) => filter switch
    {
        { SpendKeyId: not null } => RequestWay.Direct,
        { CustomerId: not null } when filter is { Model: null, Provider: null, MeterId: null, Status: not RequestStatus.Error } =>
            RequestWay.Direct,
        { CustomerId: not null } => RequestWay.LedByCustomer,
        { Model: null, Provider: null } => RequestWay.Direct,
        _ => RequestWay.LedByTotals,
    };

    /// <summary>By an index of the requests.</summary>
    public static NpgsqlCommand Direct(RequestFilter filter, Guid? before, int limit)
    {
        var command = new NpgsqlCommand();
        command.CommandText =
            $"""
            select {RequestRow.Columns} from requests r where {Conditions(command, filter, before)} order by r.id desc limit @limit
            """;
        return command.Add("limit", limit);
    }

    /// <summary>Of the newest <see cref="RecentMax"/> that customer, meter and times leave over.</summary>
    public static NpgsqlCommand Recent(RequestFilter filter, Guid? before, int limit)
    {
        var command = new NpgsqlCommand();
        var conditions = Conditions(command, filter, before);
        var indexed = new StringBuilder("r.merchant_id = @merchant");
        indexed.Append(filter.CustomerId is null ? "" : " and r.customer_id = @customer");
        indexed.Append(filter.MeterId is null ? "" : " and r.meter_id = @meter");
        indexed.Append(before is null ? "" : " and r.id < @before");
        indexed.Append(RequestConditions.AppendTimes(command, filter.From, filter.Until, "_recent"));
        command.CommandText =
            $"""
            select {RequestRow.Columns} from (
              select r.* from requests r where {indexed} order by r.id desc limit {RecentMax}
            ) r where {conditions} order by r.id desc limit @limit
            """;
        return command.Add("limit", limit);
    }

    /// <summary>The ids of all that match, in no order; one more than <see cref="FoundMax"/>: there are others.</summary>
    public static NpgsqlCommand Found(RequestFilter filter, Guid? before)
    {
        var command = new NpgsqlCommand();
        command.CommandText = $"select r.id from requests r where {Conditions(command, filter, before)} limit {FoundMax + 1}";
        return command;
    }

    /// <summary>Requests by their ids.</summary>
    public static NpgsqlCommand ByIds(Guid[] ids) => new NpgsqlCommand(
        $"select {RequestRow.Columns} from requests r where r.id = any(@ids) order by r.id desc").Add("ids", ids);

    /// <summary>The quarters in which there may be matches, newest first.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="way">One that is led.</param>
    /// <param name="end">Only those that begin before; null: all.</param>
    /// <param name="limit">How many at most.</param>
    public static NpgsqlCommand Quarters(RequestFilter filter, RequestWay way, DateTimeOffset? end, int limit)
    {
        var command = new NpgsqlCommand();
        var sql = new StringBuilder();
        var byCustomer = way == RequestWay.LedByCustomer;

        // A customer's quarters without the merchant: the index that begins with the customer is the one to take, and whose requests
        // they are is asked when they are read.
        sql.Append("select distinct t.quarter from ").Append(byCustomer ? "usage_sums" : "usage_totals").Append(" t where ");
        sql.Append(byCustomer ? "t.customer_id = @customer" : "t.merchant_id = @merchant");
        command.Add(byCustomer ? "customer" : "merchant", byCustomer ? filter.CustomerId!.Value : filter.MerchantId);
        Add(sql, command, "t.meter_id = @meter", "meter", filter.MeterId);
        Add(sql, command, "t.provider = @provider", "provider", filter.Provider);
        Add(sql, command, "t.model = @model", "model", filter.Model);
        if (filter.Status is { } status)
        {
            var number = ((short)status).ToString(CultureInfo.InvariantCulture);
            var totals = status == RequestStatus.Error ? "t.errors > 0" : "t.requests > t.errors";
            sql.Append(" and ").Append(byCustomer ? $"t.status = {number}" : totals);
        }

        Add(sql, command, "t.quarter > @from", "from", filter.From?.ToUniversalTime() - Quarter);
        Add(sql, command, "t.quarter < @end", "end", end);
        command.CommandText = sql.Append(" order by t.quarter desc limit @limit").ToString();
        return command.Add("limit", limit);
    }

    /// <summary>One more than <see cref="FewTotals"/> where a model has more.</summary>
    public static NpgsqlCommand CountTotals(RequestFilter filter) => new NpgsqlCommand(
        $"""
        select count(*) from (
          select from usage_totals t where t.merchant_id = @merchant and t.model = @model limit {FewTotals + 1}
        ) few
        """)
        .Add("merchant", filter.MerchantId).Add("model", filter.Model!);

    /// <summary>What matches in these spans.</summary>
    public static NpgsqlCommand InSpans(RequestFilter filter, IReadOnlyList<RequestSpan> spans, Guid? before, int limit)
    {
        var command = new NpgsqlCommand();
        command.CommandText =
            $"""
            select {RequestRow.Columns} from unnest(@firsts, @ends) s (first, "end") cross join lateral (
              select r.* from requests r where r.id >= s.first and r.id < s."end" and {Conditions(command, filter, before)}
              order by r.id desc limit @limit
            ) r order by r.id desc limit @limit
            """;
        return command.Add("firsts", spans.Select(span => span.First).ToArray()).Add("ends", spans.Select(span => span.End).ToArray())
            .Add("limit", limit);
    }

    /// <summary>The first time at which no match begins any more; null: there is no such bound.</summary>
    public static DateTimeOffset? EndOf(RequestFilter filter, Guid? before)
    {
        DateTimeOffset? end = filter.Until?.ToUniversalTime();
        if (before is { } id && Ids.UnixMilliseconds(id) is var milliseconds && milliseconds < LastMilliseconds)
        {
            var arrived = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds + 1) + RequestConditions.IdSlack;
            end = end < arrived ? end : arrived;
        }

        return end;
    }

    private static string Conditions(NpgsqlCommand command, RequestFilter filter, Guid? before)
    {
        var conditions = RequestConditions.Append(command, filter);
        if (before is not { } id)
        {
            return conditions;
        }

        command.Add("before", id);
        return $"{conditions} and r.id < @before";
    }

    private static void Add(StringBuilder sql, NpgsqlCommand command, string condition, string name, object? value)
    {
        if (value is not null)
        {
            sql.Append(" and ").Append(condition);
            command.Add(name, value);
        }
    }
}
