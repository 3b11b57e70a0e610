using System.Diagnostics;

namespace Lava.FunctionalTests.Processes;

/// <summary>Tests that are written in JavaScript: one run of <c>node --test</c>.</summary>
internal static class NodeTests
{
    /// <summary>Passes a file of tests; what it printed is the failure's text.</summary>
    /// <param name="folder">Folder of this project whose <c>node</c> folder has the file.</param>
    /// <param name="file">The file of tests.</param>
    /// <param name="environment">What it is told.</param>
    /// <param name="limit">A bound on a test that hangs.</param>
    public static async Task PassAsync(string folder, string file, IReadOnlyDictionary<string, string> environment, TimeSpan limit)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", folder, "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "--test", "--test-reporter=spec", file })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        try
        {
            await node.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            node.Kill(entireProcessTree: true);
        }

        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
