using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Reads spend keys: rows named k, and their usage in rows named w.</summary>
internal static class SpendKeyRow
{
    /// <summary>In the order in which <see cref="Read"/> takes them; <see cref="Count"/> of them.</summary>
    public const string Columns =
        """
        k.spend_key_id, k.name, k.preview, k.digest, k.is_paused, k.request_shape, k.allowed_models, k.allowed_providers,
        k.spend_limit, k.spend_cycle, k.request_limit, k.request_cycle, k.rate_per_minute, k.rate_burst, k.expires_at, k.created_at
        """;

    /// <summary>The next column's ordinal.</summary>
    public const int Count = 16;

    /// <summary>The columns of the usage, for <see cref="ReadUsage"/>: a window is its first day, requests and spend.</summary>
    public const string UsageColumns =
        """
        w.day, w.day_requests, w.day_spend, w.week, w.week_requests, w.week_spend, w.month, w.month_requests, w.month_spend,
        w.requests, w.spend, w.last_at
        """;

    /// <summary>The join, to follow a source of rows named k.</summary>
    public const string UsageJoin = "left join usage_windows w on w.subject_id = k.spend_key_id";

    private const int Windows = Count;
    private const int WindowColumns = 3;
    private const int Totals = Windows + (3 * WindowColumns);

    /// <summary>Reads the current row, without its usage.</summary>
    public static SpendKeyRecord Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Name = row.GetString(1),
        Preview = row.GetString(2),
        Digest = UInt256.FromBytes(row.GetFieldValue<byte[]>(3)),
        IsPaused = row.GetBoolean(4),
        Shape = (RequestShape)row.GetInt16(5),
        AllowedModels = row.IsDBNull(6) ? null : row.GetFieldValue<string[]>(6),
        AllowedProviders = row.IsDBNull(7) ? null : row.GetFieldValue<string[]>(7),
        SpendLimit = ReadLimit(row, LimitUnit.Spend, 8),
        RequestLimit = ReadLimit(row, LimitUnit.Requests, 10),
        RatePerMinute = row.IsDBNull(12) ? null : row.GetInt32(12),
        RateBurst = row.IsDBNull(13) ? null : row.GetInt32(13),
        ExpiresAt = row.IsDBNull(14) ? null : row.Time(14),
        CreatedAt = row.Time(15),
    };

    /// <summary>Reads the current row with its usage, as it stands on a day.</summary>
    public static SpendKeyRecord ReadUsage(NpgsqlDataReader row, DateOnly today)
    {
        var record = Read(row);
        if (row.IsDBNull(Totals))
        {
            return record;
        }

        var spend = Window(record.SpendLimit);
        var requests = Window(record.RequestLimit);
        return record with
        {
            Usage = new SpendKeyUsage(
                new Money(Used(spend, Totals + 1, 2)),
                new Money(row.GetInt64(Totals + 1)),
                Used(requests, Totals, 1),
                row.GetInt64(Totals),
                row.Time(Totals + 2)),
        };

        // A window that a newer day has closed, and that no call has opened anew, counts nothing.
        long Used(LimitCycle cycle, int total, int column)
        {
            if (cycle == LimitCycle.Total)
            {
                return row.GetInt64(total);
            }

            var (at, start) = cycle switch
            {
                LimitCycle.Daily => (Windows, today),
                LimitCycle.Weekly => (Windows + WindowColumns, today.AddDays(-(((int)today.DayOfWeek + 6) % 7))),
                _ => (Windows + (2 * WindowColumns), new DateOnly(today.Year, today.Month, 1)),
            };
            return row.GetFieldValue<DateOnly>(at) == start ? row.GetInt64(at + column) : 0;
        }
    }

    private static LimitCycle Window(UsageLimit? limit) => limit?.Cycle ?? LimitCycle.Monthly;

    private static UsageLimit? ReadLimit(NpgsqlDataReader row, LimitUnit unit, int at) => row.IsDBNull(at)
        ? null
        : new UsageLimit(unit, (LimitCycle)row.GetInt16(at + 1), row.GetInt64(at), LimitScope.SpendKey);
}
