using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lava.Core;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Tests.Server.Web.Dashboard;

/// <summary>An open page writes its figures as the server does: figures.mjs against the code that writes the page.</summary>
public sealed class FiguresTests
{
    private const int Amounts = 2_000;

    // Of more than a million times as much neither says every digit.
    private const double Telling = 1e6;
    private const int Seed = 20_261_122;

    private const string Script =
        """
        const { short, exact, plain, count, share, change } = await import(process.argv[1]);
        const rows = JSON.parse(process.argv[2]).map(text => BigInt(text));
        console.log(JSON.stringify(rows.map((units, i) => {
          const other = rows[(i + 1) % rows.length];
          return [short(units), exact(units), plain(units), count(units < 0n ? -units : units), share(units, other), change(units, other)];
        })));
        """;

    [Fact]
    public async Task Figures_AnyAmount_ReadAsTheServerWritesThem()
    {
        var random = new Random(Seed);
        long[] units =
        [
            0, 1, -1, 999, 1_000, 9_994_999_999, 9_995_000_000, 9_999_999_999, 10_000_000_000, 10_049_999_999, 10_050_000_000,
            99_999, 100_000, 123_456_789_012_345_678, -5_000_000_000, long.MaxValue,
            .. Enumerable.Range(0, Amounts).Select(_ => random.NextInt64(-1L << random.Next(1, 62), 1L << random.Next(1, 62))),
        ];
        var texts = JsonSerializer.Serialize(units.Select(one => one.ToString(CultureInfo.InvariantCulture)));
        var module = Path.Combine(SourceTree.Root, "src/Lava.Server/Web/Dashboard/assets/figures.mjs");
        var start = new ProcessStartInfo("node", ["--input-type=module", "-e", Script, module, texts])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var rows = JsonSerializer.Deserialize<string[][]>(await node.StandardOutput.ReadToEndAsync());
        await node.WaitForExitAsync();

        Assert.True(rows is not null, await errors);
        for (var i = 0; i < units.Length; i++)
        {
            var (amount, other) = (new Money(units[i]), units[(i + 1) % units.Length]);
            var magnitude = units[i] < 0 ? -units[i] : units[i];
            Assert.Equal(
                [MoneyMarkup.ShortText(amount), MoneyMarkup.ExactText(amount), amount.ToString(), FigureText.Count(magnitude)],
                rows[i].AsSpan(0, 4).ToArray());
            if (Math.Abs(units[i] / Math.Max(1, Math.Abs((double)other))) < Telling)
            {
                Assert.Equal(Rough(FigureText.Share(units[i], other)), Rough(rows[i][4]));
                Assert.Equal(Rough(FigureText.Change(units[i], other)), Rough(rows[i][5]));
            }
        }
    }

    // The last digit of a half may be either.
    private static string Rough(string text) => text.Length > 4 && text.EndsWith(" %", StringComparison.Ordinal) ? text[..^3] : text;
}
