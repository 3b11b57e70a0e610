using System.Globalization;
using Lava.Postgres.Verification;

namespace Lava.Server.Verification;

/// <summary>Writes what <c>lava verify</c> finds, a line as soon as each check is done.</summary>
internal sealed class VerificationReport(TextWriter output)
{
    // The longest name of a check, and the digits of a thousand million rows.
    private const int NameWidth = 72;
    private const int CountWidth = 13;

    private int _checks;
    private int _failed;
    private long _looked;

    /// <summary>Has every check proven what it proves?</summary>
    public bool IsProven => _failed == 0;

    /// <summary>What is looked at, and the table's head.</summary>
    public void Begin(string data, string origin)
    {
        output.WriteLine($"Books in {data}: {origin}.");
        output.WriteLine();
        output.WriteLine(Line("check", "looked at", "result"));
    }

    /// <summary>One line, and the first differences below it.</summary>
    public void Add(CheckResult result)
    {
        _checks++;
        _looked += result.Looked;
        var differences = result.Differences == 1 ? "difference" : "differences";
        var verdict = result.IsProven ? "ok" : $"FAIL, {Number(result.Differences)} {differences}";
        output.WriteLine(Line(result.Name, Number(result.Looked), verdict));
        if (result.Note is not null)
        {
            output.WriteLine($"  ({result.Note})");
        }

        foreach (var difference in result.First)
        {
            output.WriteLine($"    {difference}");
        }

        if (result.Differences > result.First.Count)
        {
            output.WriteLine($"    … and {Number(result.Differences - result.First.Count)} more");
        }

        _failed += result.IsProven ? 0 : 1;
    }

    /// <summary>The last line.</summary>
    public void End(TimeSpan took)
    {
        output.WriteLine();
        output.WriteLine(
            IsProven
                ? $"All {_checks} checks hold: {Number(_looked)} rows and records in {Seconds(took)} s."
                : $"{_failed} of {_checks} checks FAIL: {Number(_looked)} rows and records in {Seconds(took)} s.");
    }

    private static string Line(string name, string looked, string result) =>
        $"{name.PadRight(NameWidth)} {looked.PadLeft(CountWidth)}  {result}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
