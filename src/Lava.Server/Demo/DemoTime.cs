using Lava.Billing.Subscriptions;

namespace Lava.Server.Demo;

/// <summary>The past that is made: days of UTC, the last one up to now, and how many calls each of them has.</summary>
internal sealed class DemoTime
{
    private const double DailyGrowth = 1.012;
    private const double Weekend = 0.6;
    private const double Noise = 0.08;

    // Part of the calls in each hour where people live: before noon and in the afternoon most, a few at night.
    private static readonly double[] Hours =
        [1, 0.7, 0.5, 0.4, 0.5, 0.9, 1.8, 3.2, 5.2, 7.2, 8.1, 7.6, 6.1, 6.4, 7.7, 7.9, 7.1, 5.9, 4.6, 4.2, 4.4, 3.9, 2.8, 1.7];

    private static readonly double[] HourSums = Sums(Hours);

    public DemoTime(int days, DateTimeOffset now)
    {
        Days = days;
        Now = CycleTimes.WholeSecond(now);
        Begin = new DateTimeOffset(Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - days);
    }

    /// <summary>How many.</summary>
    public int Days { get; }

    /// <summary>The first one's beginning.</summary>
    public DateTimeOffset Begin { get; }

    /// <summary>The last one's end.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The day's end; of the last one what there is of it.</summary>
    public DateTimeOffset EndOf(int day) => day == Days - 1 ? Now : Begin.AddDays(day + 1);

    /// <summary>How much of the whole time has passed at a moment, 0 to 1.</summary>
    public double PartAt(DateTimeOffset moment) => (moment - Begin) / (Now - Begin);

    /// <summary>Calls of each day: more from week to week, fewer at weekends; together just as many as asked for.</summary>
    public int[] Spread(int calls, SeededRandom random)
    {
        var weights = new double[Days];
        for (var day = 0; day < Days; day++)
        {
            var isWeekend = Begin.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            weights[day] = Math.Pow(DailyGrowth, day) * (isWeekend ? Weekend : 1) * Math.Max(0.5, 1 + (Noise * random.Normal()))
                * ((EndOf(day) - Begin.AddDays(day)) / TimeSpan.FromDays(1));
        }

        var sums = Sums(weights);
        var counts = new int[Days];
        long given = 0;
        for (var day = 0; day < Days; day++)
        {
            var until = (long)Math.Round(calls * (sums[day] / sums[^1]));
            counts[day] = (int)(until - given);
            given = until;
        }

        return counts;
    }

    /// <summary>A moment of a day for somebody who lives in a zone, whole microseconds.</summary>
    public DateTimeOffset Draw(int day, int zone, SeededRandom random)
    {
        var local = random.In(HourSums) + random.Fraction();
        var part = ((local - zone + 48) % 24) / 24;
        var begin = Begin.AddDays(day);
        return begin.AddMicroseconds(Math.Floor((EndOf(day) - begin).TotalMicroseconds * part));
    }

    private static double[] Sums(double[] shares)
    {
        var sum = 0.0;
        return Array.ConvertAll(shares, share => sum += share);
    }
}
