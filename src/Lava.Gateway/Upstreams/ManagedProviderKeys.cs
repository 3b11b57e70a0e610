using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>The operator's own provider keys, from the environment.</summary>
public sealed class ManagedProviderKeys
{
    private readonly FrozenDictionary<string, string> _headerValues;

    private ManagedProviderKeys(Dictionary<string, string> headerValues) =>
        _headerValues = headerValues.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads the variables that the provider table names; blanks around a key are not part of it.</summary>
    /// <param name="catalog">The provider table.</param>
    /// <param name="read">Reads a variable; null where it is not set.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="errors">Variables whose value no header can carry; the values are not repeated.</param>
    /// <returns>False where there are errors.</returns>
    public static bool TryRead(
        ProviderCatalog catalog,
        Func<string, string?> read,
        [NotNullWhen(true)] out ManagedProviderKeys? keys,
        out IReadOnlyList<string> errors)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> found = [];
        foreach (var provider in catalog.Providers)
        {
            var variable = provider.KeyVariables.FirstOrDefault(name => !string.IsNullOrWhiteSpace(read(name)));
            if (variable is null)
            {
                continue;
            }

            var key = read(variable)!.Trim();
            if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                found.Add($"{variable} holds a character that no key has: a blank, a line break, or one above ASCII.");
            }
            else
            {
                values.Add(provider.Name, provider.KeyPrefix + key);
            }
        }

        errors = found;
        keys = found.Count == 0 ? new ManagedProviderKeys(values) : null;
        return keys is not null;
    }

    /// <summary>The operator's key for a provider, as the header carries it.</summary>
    public bool TryFind(Provider provider, [MaybeNullWhen(false)] out string headerValue) =>
        _headerValues.TryGetValue(provider.Name, out headerValue);
}
