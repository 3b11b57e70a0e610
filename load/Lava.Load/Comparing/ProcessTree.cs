using System.Globalization;

namespace Lava.Load.Comparing;

/// <summary>What a process and all its descendants have used, from <c>/proc</c>.</summary>
internal static class ProcessTree
{
    // sysconf(_SC_CLK_TCK) of every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // Fields of /proc/PID/stat, counted from the one behind the name.
    private const int ParentField = 1;
    private const int TimesField = 11;
    private const int TimesFields = 4;

    /// <summary>Processor time, seconds: of the process alone and of it with its descendants, those that have ended included.</summary>
    public static (double Own, double All) CpuSeconds(int root)
    {
        var processes = Read();
        var tree = Tree(root, processes.ToDictionary(process => process.Key, process => process.Value.Parent));
        return (processes[root].Own / TicksPerSecond, tree.Sum(id => processes[id].Own + processes[id].Ended) / TicksPerSecond);
    }

    /// <summary>Proportional set size, KiB: pages that processes share count in part for each.</summary>
    public static (long Own, long All) MemoryKibibytes(int root)
    {
        var tree = Tree(root, Read().ToDictionary(process => process.Key, process => process.Value.Parent));
        return (PssKibibytes(root), tree.Sum(PssKibibytes));
    }

    /// <summary>Takes a line of <c>/proc/PID/stat</c> apart; times in ticks.</summary>
    /// <param name="line">The name in it may hold blanks and brackets.</param>
    public static (int Parent, long Own, long Ended) ParseStat(string line)
    {
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        var times = fields.AsSpan(TimesField, TimesFields);
        return (int.Parse(fields[ParentField], CultureInfo.InvariantCulture), Number(times[0]) + Number(times[1]),
            Number(times[2]) + Number(times[3]));
    }

    /// <summary>A process and its descendants.</summary>
    /// <param name="root">The process.</param>
    /// <param name="parents">The parent of each process.</param>
    public static IReadOnlyList<int> Tree(int root, IReadOnlyDictionary<int, int> parents)
    {
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(parents.Where(process => process.Value == tree[i] && process.Key != tree[i]).Select(process => process.Key));
        }

        return tree;
    }

    /// <summary>The value of a line such as <c>Pss:   1234 kB</c>; 0 without it.</summary>
    public static long ParsePss(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
            ? Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            : 0;

    private static long PssKibibytes(int id) => ParsePss(Lines($"/proc/{id}/smaps_rollup"));

    private static Dictionary<int, (int Parent, long Own, long Ended)> Read()
    {
        var processes = new Dictionary<int, (int, long, long)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var id) && Lines($"{directory}/stat") is [var line, ..])
            {
                processes[id] = ParseStat(line);
            }
        }

        return processes;
    }

    // None where the process has just ended.
    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
