using System.Buffers;

namespace Lava.Metering.Catalog;

/// <summary>An AI provider: its hosts, how it wants its key, and what its paths mean. A row of the provider table.</summary>
public sealed record Provider
{
    /// <summary>The header of most.</summary>
    public const string UsualKeyHeader = "Authorization";

    /// <summary>What stands before the key of most.</summary>
    public const string UsualKeyPrefix = "Bearer ";

    // As long as a whole target may be.
    private const int MaxPathLength = 4096;

    /// <summary>The name that prices and records carry: lower case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public string Label { get; init; } = "";

    /// <summary>
    /// Its hosts in lower case: names, in which <c>*</c> stands for one character or more of a label, though not of the last two labels.
    /// </summary>
    public required string[] Hosts { get; init; }

    /// <summary>
    /// Those of <see cref="Hosts"/> under which the provider's customers have machines or names of their own. The operator's key never
    /// goes there, where a stranger might read it, unless the operator named the very host.
    /// </summary>
    public string[] TenantHosts { get; init; } = [];

    /// <summary>The header that carries its key.</summary>
    public string KeyHeader { get; init; } = UsualKeyHeader;

    /// <summary>What stands before the key in that header; "" for nothing.</summary>
    public string KeyPrefix { get; init; } = UsualKeyPrefix;

    /// <summary>The parameter of the query that carries its key in place of a header; "" for none.</summary>
    public string KeyParameter { get; init; } = "";

    /// <summary>Environment variables that hold the operator's key; the first that is set counts.</summary>
    public string[] KeyVariables { get; init; } = [];

    /// <summary>Does it take requests that the caller signed with a key of AWS (Signature Version 4)?</summary>
    public bool Signed { get; init; }

    /// <summary>Its known endpoints; the first that matches counts.</summary>
    public required ProviderEndpoint[] Endpoints { get; init; }

    /// <summary>How the provider wants its key at an endpoint.</summary>
    public ProviderKeyScheme KeySchemeOf(ProviderEndpoint endpoint) => endpoint.KeyHeader is null && endpoint.KeyPrefix is null
        ? new ProviderKeyScheme(KeyHeader, KeyPrefix, KeyParameter)
        : new ProviderKeyScheme(endpoint.KeyHeader ?? KeyHeader, endpoint.KeyPrefix ?? "", "");

    /// <inheritdoc cref="TryMatch(string, ReadOnlySpan{char}, out ProviderEndpoint, out Range, out Range)"/>
    public bool TryMatch(string method, ReadOnlySpan<char> path, out ProviderEndpoint endpoint, out Range model) =>
        TryMatch(method, path, out endpoint, out model, out _);

    /// <summary>
    /// What a method and a path mean. A path that is not in the table passes where it can't cost money (GET, HEAD, DELETE) and is then
    /// <see cref="ProviderEndpoint.Unlisted"/>; everything else is refused: what can't be metered can't be paid from a wallet.
    /// </summary>
    /// <param name="method">HTTP method in upper case.</param>
    /// <param name="path">The path as it goes upstream, percent-encoding and all, without the query. No dot segments.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="model">Where in <paramref name="path"/> the model stands; empty where it stands elsewhere.</param>
    /// <param name="job">Where in <paramref name="path"/> a job's id stands; empty where it stands elsewhere.</param>
    /// <returns>False where the call is refused.</returns>
    public bool TryMatch(string method, ReadOnlySpan<char> path, out ProviderEndpoint endpoint, out Range model, out Range job)
    {
        foreach (var candidate in Endpoints)
        {
            if (candidate.Method == method && candidate.Pattern.TryMatch(path, StringComparison.Ordinal, out model, out job))
            {
                endpoint = candidate;
                return true;
            }
        }

        endpoint = ProviderEndpoint.Unlisted;
        model = default;
        job = default;
        return method is "GET" or "HEAD" or "DELETE" && !IsMeteredInDisguise(method, path);
    }

    // Results of jobs cost: another spelling of the path of one, which the provider might take for the same, must not make it free.
    private bool IsMeteredInDisguise(string method, ReadOnlySpan<char> path)
    {
        if (path.Length > MaxPathLength)
        {
            return true;
        }

        Span<char> plain = stackalloc char[MaxPathLength];
        plain = plain[..WritePlain(path, plain)];
        foreach (var candidate in Endpoints)
        {
            if (candidate.IsMetered && candidate.Method == method
                && candidate.Pattern.TryMatch(plain, StringComparison.OrdinalIgnoreCase, out _, out _))
            {
                return true;
            }
        }

        return false;
    }

    // Percent-decoded once, without empty segments.
    private static int WritePlain(ReadOnlySpan<char> path, Span<char> plain)
    {
        Span<byte> decoded = stackalloc byte[1];
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '%' && i + 2 < path.Length
                && Convert.FromHexString(path.Slice(i + 1, 2), decoded, out _, out _) == OperationStatus.Done)
            {
                c = (char)decoded[0];
                i += 2;
            }

            if (c != '/' || length == 0 || plain[length - 1] != '/')
            {
                plain[length++] = c;
            }
        }

        return length > 1 && plain[length - 1] == '/' ? length - 1 : length;
    }
}
