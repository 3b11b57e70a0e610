using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>The operator's own provider keys, from the environment.</summary>
public sealed class ManagedProviderKeys
{
    private readonly FrozenDictionary<(string Provider, string Prefix), string> _values;

    private ManagedProviderKeys(Dictionary<(string Provider, string Prefix), string> values) => _values = values.ToFrozenDictionary();

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
        var values = new Dictionary<(string Provider, string Prefix), string>();
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
                continue;
            }

            foreach (var prefix in provider.Endpoints.Select(provider.KeySchemeOf).Select(PrefixOf).Append(provider.KeyPrefix))
            {
                values[(provider.Name, prefix)] = prefix + key;
            }
        }

        errors = found;
        keys = found.Count == 0 ? new ManagedProviderKeys(values) : null;
        return keys is not null;
    }

    /// <summary>The operator's key for a provider, as its usual header carries it.</summary>
    public bool TryFind(Provider provider, [MaybeNullWhen(false)] out string headerValue) =>
        _values.TryGetValue((provider.Name, provider.KeyPrefix), out headerValue);

    /// <summary>
    /// The operator's key for a target, as the header there carries it, or the bare key where the query does. None where it must not go
    /// there.
    /// </summary>
    public bool TryFind(Target target, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        return target.TakesManagedKey && _values.TryGetValue((target.Provider.Name, PrefixOf(target.KeyScheme)), out value);
    }

    private static string PrefixOf(ProviderKeyScheme scheme) => scheme.Parameter.Length > 0 ? "" : scheme.Prefix;
}
