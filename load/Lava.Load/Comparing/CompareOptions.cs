using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>What the command line of a comparison says.</summary>
internal sealed record CompareOptions
{
    /// <summary>The questions, in the order in which they are asked.</summary>
    public static readonly IReadOnlyList<string> AllQuestions =
        ["memory", "throughput", "cpu", "latency", "streams", "hot-wallet", "start"];

    /// <summary>An empty directory for everything.</summary>
    public string Work { get; private init; } = "";

    /// <summary>The gateway's program: a DLL for <c>dotnet</c>, or an executable.</summary>
    public string Lava { get; private init; } = "";

    /// <summary>The floor's DLL.</summary>
    public string Floor { get; private init; } = "";

    /// <summary>Other builds of the gateway, measured beside it.</summary>
    public IReadOnlyList<(string Name, string Program)> Others { get; private init; } = [];

    /// <summary>Of nginx, haproxy and the floors; the provider itself and the gateway are always measured.</summary>
    public IReadOnlyList<string> Proxies { get; private init; } = MeasuredSystem.Proxies;

    public int Rounds { get; private init; } = 5;

    /// <summary>Of each load in each round.</summary>
    public TimeSpan During { get; private init; } = TimeSpan.FromSeconds(3);

    public IReadOnlyList<string> Questions { get; private init; } = AllQuestions;

    public string? Report { get; private init; }

    /// <summary>The commit, for the report.</summary>
    public string Commit { get; private init; } = "unknown";

    /// <summary>Of each load, before it counts.</summary>
    public TimeSpan WarmUp => TimeSpan.FromTicks(Math.Min(During.Ticks / 4, TimeSpan.TicksPerSecond));

    /// <exception cref="FormatException">An argument is not known, or has no value that fits; the message says which.</exception>
    public static CompareOptions Read(IReadOnlyList<string> args)
    {
        var options = new CompareOptions();
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] == "--quick"
                ? options with { Rounds = 2, During = TimeSpan.FromSeconds(1) }
                : options.With(args[i], ++i < args.Count ? args[i] : throw new FormatException($"{args[i - 1]} needs a value."));
        }

        return options;
    }

    private CompareOptions With(string name, string value) => name switch
    {
        "--work" => this with { Work = value },
        "--lava" => this with { Lava = value },
        "--floor" => this with { Floor = value },
        "--commit" => this with { Commit = value },
        "--out" => this with { Report = value },
        "--also" => this with { Others = [.. Others, Named(value)] },
        "--rounds" => this with { Rounds = (int)Number(name, value, 100) },
        "--seconds" => this with { During = TimeSpan.FromSeconds(Number(name, value, 600)) },
        "--only" => this with { Questions = Choice(name, value, AllQuestions) },
        "--proxies" => this with { Proxies = Choice(name, value, MeasuredSystem.Proxies) },
        _ => throw new FormatException($"{name} is not known."),
    };

    private static double Number(string name, string value, double max) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= max
            ? number
            : throw new FormatException($"{name}: more than 0, at most {max}.");

    private static IReadOnlyList<string> Choice(string name, string value, IReadOnlyList<string> all)
    {
        var chosen = value.Split(',');
        return chosen.FirstOrDefault(one => !all.Contains(one)) is { } wrong
            ? throw new FormatException($"{name}: {wrong} is none of {string.Join(',', all)}.")
            : [.. all.Where(chosen.Contains)];
    }

    private static (string Name, string Program) Named(string value) =>
        value.Split('=', 2) is [var name, var program] ? (name, program) : throw new FormatException("--also: NAME=PROGRAM.");
}
