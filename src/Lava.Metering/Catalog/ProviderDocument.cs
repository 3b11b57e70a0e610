using Lava.Metering.Scanning;

namespace Lava.Metering.Catalog;

/// <summary>The shipped provider table: all files of <c>Catalog/Providers</c> as one.</summary>
internal sealed class ProviderDocument
{
    private const string Prefix = "Lava.Metering.Catalog.Providers.";

    private ProviderDocument(Dictionary<string, ProviderEndpoint[]> formats, List<Provider> providers)
    {
        Formats = formats;
        Providers = providers;
    }

    /// <summary>Sets of endpoints by name, for <see cref="ProviderApi.Api"/>.</summary>
    public IReadOnlyDictionary<string, ProviderEndpoint[]> Formats { get; }

    /// <summary>The providers, in the order of the files' names and of their rows.</summary>
    public IReadOnlyList<Provider> Providers { get; }

    /// <summary>The shipped files, read once.</summary>
    public static ProviderDocument Shipped { get; } = Load();

    /// <summary>Reads the shipped files.</summary>
    /// <exception cref="InvalidDataException">What is wrong in which of them.</exception>
    public static ProviderDocument Load()
    {
        var assembly = typeof(ProviderDocument).Assembly;
        return Merge(
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var stream = assembly.GetManifestResourceStream(name)!;
                    return ProviderFile.Read(stream, name[Prefix.Length..]);
                }),
        ]);
    }

    /// <summary>Files as one table.</summary>
    /// <exception cref="InvalidDataException">Files contradict each other, or a row is not whole.</exception>
    internal static ProviderDocument Merge(IReadOnlyList<ProviderFile> files)
    {
        var formats = new Dictionary<string, ProviderEndpoint[]>(StringComparer.Ordinal);
        foreach (var (name, set) in files.SelectMany(file => file.Formats))
        {
            formats[name] = formats.TryGetValue(name, out var earlier) ? [.. earlier, .. set] : set;
        }

        var rows = files.SelectMany(file => file.Providers).GroupBy(row => row.Name, StringComparer.Ordinal);
        List<Provider> providers = [.. rows.Select(group => Merge([.. group], formats))];
        var errors = FieldTable.ErrorsOf(providers).ToArray();
        return errors.Length == 0
            ? new ProviderDocument(formats, providers)
            : throw new InvalidDataException(string.Join(Environment.NewLine, errors));
    }

    private static Provider Merge(ProviderRow[] rows, Dictionary<string, ProviderEndpoint[]> formats)
    {
        var name = rows[0].Name;
        var tenants = rows.SelectMany(row => row.TenantHosts).Distinct(StringComparer.Ordinal).ToArray();
        var hosts = rows.SelectMany(row => row.Hosts).Concat(tenants).Distinct(StringComparer.Ordinal).ToArray();
        var endpoints = rows.SelectMany(row => row.Endpoints.Concat(row.Apis.SelectMany(Expand))).ToArray();
        if (hosts.Length == 0 || endpoints.Length == 0)
        {
            throw new InvalidDataException($"Provider '{name}' lacks {(hosts.Length == 0 ? "hosts" : "endpoints")}.");
        }

        if (hosts.FirstOrDefault(host => !ProviderHostPattern.IsValid(host)) is { } bad)
        {
            throw new InvalidDataException($"Provider '{name}' has '{bad}', which is not a host.");
        }

        var twice = endpoints.GroupBy(endpoint => (endpoint.Method, endpoint.Path)).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidDataException($"Provider '{name}' has {twice.Key.Method} {twice.Key.Path} twice.");
        }

        return new Provider
        {
            Name = name,
            Label = One(row => row.Label, "label") ?? name,
            Hosts = hosts,
            TenantHosts = tenants,
            KeyHeader = One(row => row.KeyHeader, "keyHeader") ?? Provider.UsualKeyHeader,
            KeyPrefix = One(row => row.KeyPrefix, "keyPrefix") ?? Provider.UsualKeyPrefix,
            KeyParameter = One(row => row.KeyParameter, "keyParameter") ?? "",
            KeyVariables = [.. rows.SelectMany(row => row.KeyVariables).Distinct(StringComparer.Ordinal)],
            Signed = rows.Any(row => row.Signed),
            Endpoints = endpoints,
        };

        IEnumerable<ProviderEndpoint> Expand(ProviderApi api) => formats.TryGetValue(api.Api, out var set)
            ? api.Expand(set)
            : throw new InvalidDataException($"Provider '{name}' names the API '{api.Api}', which no file has.");

        string? One(Func<ProviderRow, string?> read, string what)
        {
            var values = rows.Select(read).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
            return values.Length <= 1 ? values.SingleOrDefault()
                : throw new InvalidDataException($"Provider '{name}' has '{what}' in several rows that differ.");
        }
    }
}
