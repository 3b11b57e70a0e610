using System.Buffers;

namespace Lava.Metering.Catalog;

/// <summary>Makes a row of the provider table out of an operator's options, or says everything that is wrong with them.</summary>
internal sealed class ProviderOptionsReader
{
    private const int MaxNameLength = 64;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    // RFC 9110 section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // RFC 3986 section 2.3: nothing that would have to be encoded.
    private static readonly SearchValues<char> UnreservedCharacters =
        SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly ProviderOptions _options;
    private readonly ProviderDocument _document;
    private readonly List<string> _errors;

    private ProviderOptionsReader(ProviderOptions options, ProviderDocument document, List<string> errors)
    {
        _options = options;
        _document = document;
        _errors = errors;
    }

    /// <summary>Adds the provider, or what the options add to one; else the errors.</summary>
    /// <param name="options">The options.</param>
    /// <param name="document">What ships.</param>
    /// <param name="names">Names that options had before.</param>
    /// <param name="providers">The table.</param>
    /// <param name="errors">"Provider 'acme': hosts[0]: what is wrong, and what would be right."</param>
    public static void Read(
        ProviderOptions options, ProviderDocument document, HashSet<string> names, List<Provider> providers, List<string> errors)
    {
        var before = errors.Count;
        var reader = new ProviderOptionsReader(options, document, errors);
        var index = providers.FindIndex(provider => provider.Name == options.Name);
        reader.Check(names.Add(options.Name), "name: it stands there already: put both entries into one");
        reader.CheckCommon();
        if (index < 0)
        {
            reader.CheckNew();
        }
        else
        {
            reader.CheckAddition();
        }

        if (errors.Count > before)
        {
            return;
        }

        if (index < 0)
        {
            providers.Add(reader.Create());
        }
        else
        {
            providers[index] = reader.AddTo(providers[index]);
        }
    }

    /// <summary>Is this a provider's name?</summary>
    public static bool IsProviderName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && !name.ContainsAnyExcept(NameCharacters);

    private void CheckCommon()
    {
        Check(IsProviderName(_options.Name), "name: it must be 1 to 64 lower case letters, digits and hyphens");
        for (var i = 0; i < _options.Hosts.Length; i++)
        {
            Check(
                ProviderHostPattern.IsValid(_options.Hosts[i]),
                $"hosts[{i}]: '{_options.Hosts[i]}' is not a host: lower case, two labels or more, no address, no port; '*' at most once "
                    + "in a label, and in neither of the last two");
        }

        for (var i = 0; i < _options.Apis.Length; i++)
        {
            var api = _options.Apis[i];
            Check(
                _document.Formats.ContainsKey(api.Api),
                $"apis[{i}].api: '{api.Api}' is none of {string.Join(", ", _document.Formats.Keys.Order(StringComparer.Ordinal))}");
            Check(IsBasePath(api.Base), $"apis[{i}].base: '{api.Base}' is neither empty nor a path that begins with a slash and ends without");
            CheckKey($"apis[{i}].", api.KeyHeader, api.KeyPrefix);
        }

        for (var i = 0; i < _options.Endpoints.Length; i++)
        {
            CheckKey($"endpoints[{i}].", _options.Endpoints[i].KeyHeader, _options.Endpoints[i].KeyPrefix);
        }

        CheckKey("", _options.KeyHeader, _options.KeyPrefix);
    }

    private void CheckNew()
    {
        Check(_options.Hosts.Length > 0, "hosts: a new provider needs one at least");
        Check(
            _document.Formats.ContainsKey(_options.Format.ToString()),
            $"format: {_options.Format} is none that an added provider can speak as a whole: name 'apis' or 'endpoints'");
        Check(
            IsBasePath(_options.BasePath),
            $"basePath: '{_options.BasePath}' is neither empty nor a path that begins with a slash and ends without");
        Check(
            string.IsNullOrEmpty(_options.KeyParameter) || (_options.KeyHeader is null && _options.KeyPrefix is null),
            "keyParameter: a key goes into the query or into a header: leave keyHeader and keyPrefix out");
        Check(
            !(_options.KeyParameter ?? "").AsSpan().ContainsAnyExcept(UnreservedCharacters),
            "keyParameter: it must be letters, digits, '-', '.', '_' or '~'");
    }

    private void CheckAddition() => Check(
        _options is { KeyHeader: null, KeyPrefix: null, KeyParameter: null, KeyVariable: null, Label: null },
        "label, keyHeader, keyPrefix, keyParameter, keyVariable: a provider that ships has its own: leave them out, or take another name");

    private void CheckKey(string field, string? header, string? prefix)
    {
        Check(
            header is null || (header.Length > 0 && !header.AsSpan().ContainsAnyExcept(TokenCharacters)),
            $"{field}keyHeader: '{header}' is not a header's name");
        Check(!(prefix ?? "").AsSpan().ContainsAnyExceptInRange(' ', '~'), $"{field}keyPrefix: it must be visible ASCII");
    }

    private void Check(bool valid, string message)
    {
        if (!valid)
        {
            _errors.Add($"Provider '{_options.Name}': {message}.");
        }
    }

    private static bool IsBasePath(string path) =>
        path.Length == 0 || (path[0] == '/' && path[^1] != '/' && path.AsSpan().IndexOfAny("?#% \\") < 0 && IsPattern(path));

    private static bool IsPattern(string path)
    {
        try
        {
            _ = new ProviderPath(path);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private IEnumerable<ProviderEndpoint> Endpoints() =>
        _options.Endpoints.Concat(_options.Apis.SelectMany(api => api.Expand(_document.Formats[api.Api])));

    private Provider Create()
    {
        var header = _options.KeyHeader ?? Provider.UsualKeyHeader;
        var isUsual = header.Equals(Provider.UsualKeyHeader, StringComparison.OrdinalIgnoreCase);
        var variable = _options.KeyVariable ?? _options.Name.Replace('-', '_').ToUpperInvariant() + "_API_KEY";
        ProviderEndpoint[] endpoints = [.. Endpoints()];
        return new Provider
        {
            Name = _options.Name,
            Label = _options.Label ?? _options.Name,
            Hosts = _options.Hosts,
            KeyHeader = header,
            KeyPrefix = _options.KeyPrefix ?? (isUsual ? Provider.UsualKeyPrefix : ""),
            KeyParameter = _options.KeyParameter ?? "",
            KeyVariables = variable.Length == 0 ? [] : [variable],
            Endpoints = endpoints.Length > 0 ? endpoints
                : [
                    .. new ProviderApi { Base = _options.BasePath, IncludeUsage = _options.IncludeUsage }
                        .Expand(_document.Formats[_options.Format.ToString()]),
                ],
        };
    }

    // The operator's endpoints come first: where both have a path, his holds.
    private Provider AddTo(Provider shipped) => shipped with
    {
        Hosts = [.. shipped.Hosts, .. _options.Hosts],
        Endpoints = [.. Endpoints(), .. shipped.Endpoints],
    };
}
