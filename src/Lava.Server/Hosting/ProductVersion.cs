using System.Reflection;

namespace Lava.Server.Hosting;

/// <summary>Which build this is.</summary>
internal static class ProductVersion
{
    /// <summary>The version and, where it was built from a repository, the commit.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
