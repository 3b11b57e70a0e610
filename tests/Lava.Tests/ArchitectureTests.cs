using System.Reflection;

namespace Lava.Tests;

/// <summary>Who may see whom: the arrows between the assemblies, read from the assemblies themselves.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Lava.Core"] = [],
        ["Lava.Metering"] = ["Lava.Core"],
        ["Lava.Wallets"] = ["Lava.Core"],
        ["Lava.Gateway"] = ["Lava.Core", "Lava.Metering", "Lava.Wallets"],
        ["Lava.Billing"] = ["Lava.Core", "Lava.Wallets"],
        ["Lava.Postgres"] = ["Lava.Core", "Lava.Metering", "Lava.Wallets", "Lava.Billing"],
        ["lava"] = ["Lava.Core", "Lava.Metering", "Lava.Wallets", "Lava.Gateway", "Lava.Billing", "Lava.Postgres"],
    };

    // The libraries that one assembly alone may see.
    private static readonly Dictionary<string, string> Owners = new()
    {
        ["FASTER.core"] = "Lava.Wallets",
        ["Npgsql"] = "Lava.Postgres",
        ["Microsoft.AspNetCore"] = "Lava.Gateway, lava",
    };

    public static TheoryData<string> Assemblies => [.. Arrows.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void References_OwnAssemblies_OnlyAsDrawn(string assembly)
    {
        var seen = References(assembly).Where(name => name == "lava" || name.StartsWith("Lava.", StringComparison.Ordinal));
        Assert.Empty(seen.Except(Arrows[assembly]));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void References_Libraries_OnlyTheirOwner(string assembly)
    {
        var foreign = References(assembly).Where(name => Owners.Any(owner =>
            (name == owner.Key || name.StartsWith(owner.Key + ".", StringComparison.Ordinal))
            && !owner.Value.Split(", ").Contains(assembly)));
        Assert.Empty(foreign);
    }

    [Fact]
    public void Arrows_NameEveryProject()
    {
        var projects = Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).Select(Path.GetFileName);
        Assert.Equal(Arrows.Keys.Select(name => name == "lava" ? "Lava.Server" : name).Order(), projects.Order());
    }

    private static IEnumerable<string> References(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!);
}
