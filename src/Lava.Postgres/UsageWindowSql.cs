using System.Text;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The table <c>usage_windows</c>: its columns in the order in which all statements name them.</summary>
internal static class UsageWindowSql
{
    /// <summary>The columns that <see cref="Read"/> takes, of a row named w.</summary>
    public static readonly string Columns =
        "w.subject_id, " + string.Join(", ", Times.Select(time => $"w.{time}, {Sums("w." + time + "_")}")) + ", " + Sums("w.");

    /// <summary>How many those are.</summary>
    public const int Count = 1 + (4 * 4) + 3;

    /// <summary>
    /// Adds what a batch used, in the order of the key, as all inserts of the flush. $1 subject, $2 merchant, then of each time its first
    /// day and three sums, the three sums of all time, and when it was last.
    /// </summary>
    public static readonly string Accumulate = BuildAccumulate();

    // In the order of LimitCycle; the last of those, all time, has no day and its sums bear no name.
    private static string[] Times => ["day", "week", "month", "cycle"];

    private static string[] Units => ["requests", "tokens", "spend"];

    /// <summary>Reads <see cref="Columns"/> of the current row.</summary>
    public static UsageWindows Read(NpgsqlDataReader row, int first = 0)
    {
        var windows = new UsageWindow[LimitPeriod.Kinds];
        var at = first + 1;
        for (var i = 0; i < Times.Length; i++, at += 4)
        {
            windows[i] = new UsageWindow(
                row.GetFieldValue<DateOnly>(at), row.GetInt64(at + 1), row.GetInt64(at + 2), row.GetInt64(at + 3));
        }

        windows[^1] = new UsageWindow(DateOnly.MinValue, row.GetInt64(at), row.GetInt64(at + 1), row.GetInt64(at + 2));
        return new UsageWindows(row.GetGuid(first), windows);
    }

    private static string Sums(string prefix) => string.Join(", ", Units.Select(unit => prefix + unit));

    // As LimitPeriod.GivesWay says it of a billing cycle; of any other time the later one is the present one.
    private static string GivesWay(string time) => time == "cycle"
        ? "(excluded.cycle > w.cycle and excluded.last_at >= w.last_at - interval '1 s'"
            + " or excluded.cycle < w.cycle and excluded.last_at > w.last_at + interval '1 s')"
        : $"excluded.{time} > w.{time}";

    private static string BuildAccumulate()
    {
        var times = string.Join(", ", Times.Select(time => $"{time}, {Sums(time + "_")}"));
        var names = $"subject_id, merchant_id, {times}, {Sums("")}, last_at";
        var count = names.Split(',').Length;
        var sql = new StringBuilder(
            $"""
            insert into usage_windows as w ({names})
            select * from unnest({string.Join(", ", Enumerable.Range(1, count).Select(i => $"${i}"))}) u ({names}) order by subject_id
            on conflict (subject_id) do update set last_at = greatest(w.last_at, excluded.last_at)
            """);
        foreach (var unit in Units)
        {
            sql.Append($", {unit} = w.{unit} + excluded.{unit}");
        }

        foreach (var time in Times)
        {
            var gives = GivesWay(time);
            sql.Append($", {time} = case when {gives} then excluded.{time} else w.{time} end");
            foreach (var unit in Units.Select(unit => $"{time}_{unit}"))
            {
                sql.Append($", {unit} = case when {gives} then excluded.{unit}");
                sql.Append($" when excluded.{time} = w.{time} then w.{unit} + excluded.{unit} else w.{unit} end");
            }
        }

        return sql.ToString();
    }
}
