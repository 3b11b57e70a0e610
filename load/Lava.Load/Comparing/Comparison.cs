using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>One run: everything started once, all questions asked in rounds, the books proven, everything stopped.</summary>
internal sealed class Comparison(CompareOptions options, TextWriter progress, CancellationToken stop)
{
    // The builds just before leave one in the average.
    private const double QuietLoad = 1.5;

    private readonly Tables _report = new();
    private readonly string _loadBefore = LoadAverage();

    /// <summary>The report, and whether every call was answered and every book holds; a missed bar is no failure.</summary>
    public async Task<(string Report, bool Holds)> RunAsync()
    {
        using var processes = new StartedProcesses(options.Work);
        using var systems = new Systems(options, processes, stop);
        await systems.StartAsync();
        var loads = new Loads(options, systems.ProviderProcess, stop);
        Tell("all systems run");
        var questions = Questions(systems, loads, processes);
        await AskAsync(questions.Where(question => question is MemoryQuestion), rounds: 1);
        if (questions.Any(question => question is not (MemoryQuestion or StartQuestion)))
        {
            foreach (var system in systems.All)
            {
                await loads.WarmUpAsync(system);
            }
        }

        Tell("all systems are warm");
        await AskAsync(questions.Where(question => question is not MemoryQuestion), options.Rounds);
        var books = await systems.VerifyAsync();
        Write(processes, questions, books, loads.Failures);
        return (_report.ToString(), loads.Failures.Count == 0 && books.All(book => book.Holds));
    }

    private IReadOnlyList<IQuestion> Questions(Systems systems, Loads loads, StartedProcesses processes)
    {
        IQuestion[] all =
        [
            new MemoryQuestion(systems, loads),
            new ThroughputQuestion(systems, loads),
            new CpuQuestion(systems, loads),
            new LatencyQuestion(systems, loads),
            new StreamsQuestion(systems, loads),
            new HotWalletQuestion(systems, loads),
            new StartQuestion(options, systems, processes, stop),
        ];
        return [.. all.Where(question => options.Questions.Contains(question.Name))];
    }

    private async Task AskAsync(IEnumerable<IQuestion> questions, int rounds)
    {
        IQuestion[] all = [.. questions];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var question in all.Where(question => round < question.RoundsMax))
            {
                stop.ThrowIfCancellationRequested();
                await question.AskAsync(round);
                Tell($"round {round + 1}: {question.Name}");
            }
        }
    }

    private void Write(
        StartedProcesses processes, IReadOnlyList<IQuestion> questions, IReadOnlyList<(string Text, bool Holds)> books,
        IReadOnlyCollection<string> failures)
    {
        _report.Line("# Comparison with other proxies\n");
        _report.Line($"- {DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, commit {options.Commit}");
        _report.Line($"- {Environment.ProcessorCount} processors ({Processor()}), {Environment.OSVersion.VersionString}, .NET "
            + $"{Environment.Version}; load average before {_loadBefore}, after {LoadAverage()} (the run's own load is in it)");
        if (options.Proxies.Contains(MeasuredSystem.Nginx) || options.Proxies.Contains(MeasuredSystem.Haproxy))
        {
            _report.Line($"- {Version(processes, "nginx", "-v")}, {Version(processes, "haproxy", "-v")}; each with {ProxyFiles.Workers} "
                + "workers, connections kept on both sides");
        }

        _report.Line($"- {options.Rounds} rounds of {options.During.TotalSeconds} s per load and system, interleaved; medians, and medians "
            + "of the ratios and differences within a round\n");
        if (double.Parse(_loadBefore, CultureInfo.InvariantCulture) > QuietLoad)
        {
            _report.Line("**The machine was busy before the run: the figures are worth little.**\n");
        }

        foreach (var question in questions)
        {
            question.Write(_report);
        }

        _report.Heading("What must be reached");
        _report.Columns("", "reached", "bar", "verdict");
        foreach (var bar in questions.SelectMany(question => question.Bars()))
        {
            _report.Row(bar.Cells);
        }

        _report.Line("");
        _report.Heading("The books");
        foreach (var line in books.Select(book => (book.Holds ? "holds: " : "WRONG: ") + book.Text).Concat(failures))
        {
            _report.Line("- " + line);
        }
    }

    private void Tell(string text) => progress.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {text}");

    private static string Version(StartedProcesses processes, string program, string argument) =>
        processes.Run(program + "-version", [program, argument]).Text.Split('\n')[0].Split(" - ")[0];

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1]
        ?? "unknown";
}
