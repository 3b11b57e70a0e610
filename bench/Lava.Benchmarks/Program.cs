using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Lava.Benchmarks.Reporting;

namespace Lava.Benchmarks;

/// <summary>
/// <c>--figures [GLOB…]</c> runs the set behind the table in bench/README.md, or a part of it; anything else is BenchmarkDotNet's own
/// command line.
/// </summary>
internal static class Program
{
    private static void Main(string[] args)
    {
        // In this process: a project generated for each benchmark would have to restore and build against the whole solution.
        if (args is not ["--figures", .. var globs])
        {
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, Config(Job.Default).AddExporter(MarkdownExporter.GitHub));
            return;
        }

        var config = Config(Job.ShortRun).AddFilter(new AnyCategoriesFilter([Figures.Category]));
        if (globs.Length > 0)
        {
            config.AddFilter(new GlobFilter(globs));
        }

        var before = Conditions.Take();
        var summaries = BenchmarkRunner.Run(typeof(Program).Assembly, config);
        Console.WriteLine();
        Console.WriteLine(FiguresTable.Write(summaries, before, Conditions.Take()));
    }

    private static ManualConfig Config(Job job) => ManualConfig.CreateEmpty()
        .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
        .AddLogger(ConsoleLogger.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddColumn(new ThroughputColumn());
}
