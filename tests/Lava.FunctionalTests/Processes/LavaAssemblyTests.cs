namespace Lava.FunctionalTests.Processes;

/// <summary>The tests start what was built last: never what was compiled ahead of an older build.</summary>
public sealed class LavaAssemblyTests
{
    [Fact]
    public void Choose_AllCompiledAheadIsOfTheBuild_TakesIt()
    {
        using var ahead = Ahead((LavaAssembly.Name, LavaAssembly.Name), ("Lava.Core.dll", "Lava.Core.dll"));
        Assert.Equal(Path.Combine(ahead.Path, LavaAssembly.Name), LavaAssembly.Choose(AppContext.BaseDirectory, ahead.Path));
    }

    [Fact]
    public void Choose_OneAssemblyIsOfAnotherBuild_TakesTheBuild()
    {
        using var ahead = Ahead((LavaAssembly.Name, LavaAssembly.Name), ("Lava.Core.dll", "Lava.Billing.dll"));
        AssertTakesTheBuild(ahead.Path);
    }

    [Fact]
    public void Choose_HalfMadeOrNotThere_TakesTheBuild()
    {
        using var ahead = Ahead(("Lava.Core.dll", "Lava.Core.dll"));
        AssertTakesTheBuild(ahead.Path);
        AssertTakesTheBuild(Path.Combine(ahead.Path, "10.0.0"));
    }

    private static void AssertTakesTheBuild(string ahead) => Assert.Equal(
        Path.Combine(AppContext.BaseDirectory, LavaAssembly.Name), LavaAssembly.Choose(AppContext.BaseDirectory, ahead));

    private static TemporaryDirectory Ahead(params (string Name, string Assembly)[] files)
    {
        var directory = new TemporaryDirectory();
        foreach (var (name, assembly) in files)
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, assembly), Path.Combine(directory.Path, name));
        }

        return directory;
    }
}
