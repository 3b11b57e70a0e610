using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Lava.FunctionalTests.Processes;

/// <summary>
/// What is started: lava as it was compiled ahead (<c>tests/Lava.Ahead</c>) where that is of this build and for this runtime, else the
/// build itself.
/// </summary>
internal static class LavaAssembly
{
    /// <summary>Its file.</summary>
    public const string Name = "lava.dll";

    /// <summary>For <c>dotnet</c>.</summary>
    public static string Path { get; } = Choose(
        AppContext.BaseDirectory, System.IO.Path.Combine(AppContext.BaseDirectory, "ahead", Environment.Version.ToString()));

    /// <summary>The one that was compiled ahead, where all of it is of the same build; else the build's.</summary>
    public static string Choose(string built, string ahead)
    {
        var compiled = Directory.Exists(ahead) ? Directory.GetFiles(ahead, "*.dll") : [];
        var isWhole = compiled.Any(file => System.IO.Path.GetFileName(file) == Name);
        return System.IO.Path.Combine(isWhole && compiled.All(file => IsOfBuild(built, file)) ? ahead : built, Name);
    }

    // An assembly's id is a hash of what it was built from, and stays when it is compiled ahead.
    private static bool IsOfBuild(string built, string compiled)
    {
        var assembly = System.IO.Path.Combine(built, System.IO.Path.GetFileName(compiled));
        return File.Exists(assembly) && ReadId(assembly) == ReadId(compiled);
    }

    private static Guid ReadId(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
