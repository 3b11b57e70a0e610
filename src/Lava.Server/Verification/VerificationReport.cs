using System.Globalization;
using System.Text;
using Lava.Postgres.Verification;

namespace Lava.Server.Verification;

/// <summary>Writes what <c>lava verify</c> finds, a line as soon as each check is done.</summary>
internal sealed class VerificationReport(TextWriter output)
{
    // The longest name of a check, and the digits of a thousand million rows.
    private const int NameWidth = 72;
    private const int CountWidth = 13;

    // Beyond it the text is what was printed no longer: a few thousand differences.
    private const int MaxText = 64 * 1024;
    private readonly StringBuilder _text = new();

    private int _checks;
    private int _failed;
    private long _looked;

    /// <summary>Checks so far.</summary>
    public int Checks => _checks;

    /// <summary>Differences so far.</summary>
    public long Differences { get; private set; }

    /// <summary>What was printed.</summary>
    public string Text => _text.ToString();

    /// <summary>Has every check proven what it proves?</summary>
    public bool IsProven => _failed == 0;

    /// <summary>What is looked at, and the table's head.</summary>
    public void Begin(string data, string origin)
    {
        WriteLine($"Books in {data}: {origin}.");
        WriteLine();
        WriteLine(Line("check", "looked at", "result"));
    }

    /// <summary>One line, and the first differences below it.</summary>
    public void Add(CheckResult result)
    {
        _checks++;
        _looked += result.Looked;
        var differences = result.Differences == 1 ? "difference" : "differences";
        var verdict = result.IsProven ? "ok" : $"FAIL, {Number(result.Differences)} {differences}";
        WriteLine(Line(result.Name, Number(result.Looked), verdict));
        if (result.Note is not null)
        {
            WriteLine($"  ({result.Note})");
        }

        foreach (var difference in result.First)
        {
            WriteLine($"    {difference}");
        }

        if (result.Differences > result.First.Count)
        {
            WriteLine($"    … and {Number(result.Differences - result.First.Count)} more");
        }

        _failed += result.IsProven ? 0 : 1;
        Differences += result.Differences;
    }

    /// <summary>The last line.</summary>
    public void End(TimeSpan took)
    {
        WriteLine();
        WriteLine(
            IsProven
                ? $"All {_checks} checks hold: {Number(_looked)} rows and records in {Seconds(took)} s."
                : $"{_failed} of {_checks} checks FAIL: {Number(_looked)} rows and records in {Seconds(took)} s.");
    }

    private void WriteLine(string line = "")
    {
        output.WriteLine(line);
        if (_text.Length + line.Length < MaxText)
        {
            _text.Append(line).Append('\n');
        }
    }

    private static string Line(string name, string looked, string result) =>
        $"{name.PadRight(NameWidth)} {looked.PadLeft(CountWidth)}  {result}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
