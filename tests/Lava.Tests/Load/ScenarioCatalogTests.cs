using Lava.Load.Scenarios;

namespace Lava.Tests.Load;

public sealed class ScenarioCatalogTests
{
    [Fact]
    public void All_Names_AreTheReadmesRows()
    {
        var rows = SourceTree.Read("load/README.md").Split('\n')
            .SkipWhile(line => !line.StartsWith("| scenario", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|')[1].Trim());
        Assert.Equal(ScenarioCatalog.All.Select(scenario => scenario.Name), rows);
    }
}
