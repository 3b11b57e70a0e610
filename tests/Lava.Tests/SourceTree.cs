namespace Lava.Tests;

/// <summary>The repository's source files, found from where the tests run.</summary>
internal static class SourceTree
{
    private static readonly string[] Folders = ["src", "tests", "bench", "load"];
    private static readonly string[] Built = ["bin", "obj", "node_modules", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The repository's directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths, relative to the root and with slashes, of the files with one of these extensions.</summary>
    public static IEnumerable<string> Files(params string[] extensions) => Folders.SelectMany(folder => FilesUnder(folder, extensions));

    /// <summary>Those of one folder.</summary>
    public static IEnumerable<string> FilesUnder(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => extensions.Contains(Path.GetExtension(path)) && !path.Split('/').Intersect(Built).Any());

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Lava.Fast.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
