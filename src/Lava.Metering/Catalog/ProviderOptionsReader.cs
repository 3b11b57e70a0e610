using System.Buffers;

namespace Lava.Metering.Catalog;

/// <summary>Makes a row of the provider table out of an operator's options, or says everything that is wrong with them.</summary>
internal static class ProviderOptionsReader
{
    private const int MaxNameLength = 64;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    // RFC 9110 section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Adds the provider, or the errors.</summary>
    public static void Read(ProviderOptions options, ProviderDocument document, List<Provider> providers, List<string> errors)
    {
        var before = errors.Count;
        var name = $"Provider '{options.Name}'";
        Check(IsProviderName(options.Name), "a name is 1 to 64 lower case letters, digits and hyphens");
        Check(!providers.Exists(provider => provider.Name == options.Name), "there is one of this name already");
        Check(options.Hosts.Length > 0, "it needs at least one host");
        foreach (var host in options.Hosts)
        {
            Check(IsHost(host), $"'{host}' is not a host: lower case, two labels or more, no address, no port, '*.' only at its start");
        }

        Check(document.Formats.ContainsKey(options.Format.ToString()), $"the format {options.Format} is none that an added provider can speak");
        Check(
            IsBasePath(options.BasePath),
            $"the base path '{options.BasePath}' is neither empty nor a plain path that begins with a slash");
        Check(
            options.KeyHeader.Length > 0 && !options.KeyHeader.AsSpan().ContainsAnyExcept(TokenCharacters),
            "the key header is not a header name");
        Check(!options.KeyPrefix.AsSpan().ContainsAnyExceptInRange(' ', '~'), "the key prefix is not visible ASCII");
        if (errors.Count == before)
        {
            providers.Add(Create(options, document));
        }

        void Check(bool valid, string message)
        {
            if (!valid)
            {
                errors.Add($"{name}: {message}.");
            }
        }
    }

    /// <summary>Is this a provider's name?</summary>
    public static bool IsProviderName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && !name.ContainsAnyExcept(NameCharacters);

    private static bool IsHost(string host) =>
        ProviderHost.IsName(host.StartsWith("*.", StringComparison.Ordinal) ? host.AsSpan(2) : host);

    private static bool IsBasePath(string path) =>
        path.Length == 0 || (path[0] == '/' && path[^1] != '/' && path.AsSpan().IndexOfAny("*{}?#% \\") < 0);

    private static Provider Create(ProviderOptions options, ProviderDocument document) => new()
    {
        Name = options.Name,
        Label = options.Name,
        Hosts = options.Hosts,
        KeyHeader = options.KeyHeader,
        KeyPrefix = options.KeyPrefix,
        KeyVariables = options.KeyVariable.Length == 0 ? [] : [options.KeyVariable],
        Endpoints =
        [
            .. new ProviderApi { Base = options.BasePath, IncludeUsage = options.IncludeUsage }
                .Expand(document.Formats[options.Format.ToString()]),
        ],
    };
}
