using System.Reflection;
using System.Security.Cryptography;

namespace Lava.Postgres;

/// <summary>One step of the schema: an embedded file <c>Schema/NNNN_name.sql</c>.</summary>
/// <param name="Version">NNNN; the steps count up from 1 without a gap.</param>
/// <param name="Name">The rest of the file's name.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(int Version, string Name, string Sql)
{
    private const string Prefix = "Lava.Postgres.Schema.";
    private const int VersionDigits = 4;

    /// <summary>SHA-256 of the statements, hex: an applied step must never change.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The steps of this binary, in order.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))];
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = resource[Prefix.Length..^".sql".Length];
        var version = int.Parse(name.AsSpan(0, VersionDigits), System.Globalization.CultureInfo.InvariantCulture);
        return new Migration(version, name[(VersionDigits + 1)..], reader.ReadToEnd());
    }
}
