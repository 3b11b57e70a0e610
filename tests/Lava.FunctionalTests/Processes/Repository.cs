namespace Lava.FunctionalTests.Processes;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        var directory = new DirectoryInfo(start);
        while (!File.Exists(Path.Combine(directory.FullName, "Lava.Fast.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Lava.Fast.sln is not above the tests.");
        }

        return directory.FullName;
    }
}
