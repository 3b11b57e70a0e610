namespace Lava.Metering.Catalog;

/// <summary>An AI provider: its hosts, how it wants its key, and what its paths mean. A row of the provider table.</summary>
public sealed record Provider
{
    /// <summary>The header of most.</summary>
    public const string UsualKeyHeader = "Authorization";

    /// <summary>What stands before the key of most.</summary>
    public const string UsualKeyPrefix = "Bearer ";

    /// <summary>The name that prices and records carry: lower case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public string Label { get; init; } = "";

    /// <summary>Its hosts in lower case: a name, or <c>*.</c> and a name for exactly one label before it.</summary>
    public required string[] Hosts { get; init; }

    /// <summary>The header that carries its key.</summary>
    public string KeyHeader { get; init; } = UsualKeyHeader;

    /// <summary>What stands before the key in that header; "" for nothing.</summary>
    public string KeyPrefix { get; init; } = UsualKeyPrefix;

    /// <summary>Environment variables that hold the operator's key; the first that is set counts.</summary>
    public string[] KeyVariables { get; init; } = [];

    /// <summary>Its known endpoints; the first that matches counts.</summary>
    public required ProviderEndpoint[] Endpoints { get; init; }

    /// <summary>
    /// What a method and a path mean. A path that is not in the table passes where it can't cost money (GET, HEAD, DELETE) and is then
    /// <see cref="ProviderEndpoint.Unlisted"/>; everything else is refused: what can't be metered can't be paid from a wallet.
    /// </summary>
    /// <param name="method">HTTP method in upper case.</param>
    /// <param name="path">The path as it goes upstream, percent-encoding and all, without the query. No dot segments.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="model">Where in <paramref name="path"/> the model stands; empty where it stands elsewhere.</param>
    /// <returns>False where the call is refused.</returns>
    public bool TryMatch(string method, ReadOnlySpan<char> path, out ProviderEndpoint endpoint, out Range model)
    {
        foreach (var candidate in Endpoints)
        {
            if (candidate.Method == method && candidate.Pattern.TryMatch(path, out model))
            {
                endpoint = candidate;
                return true;
            }
        }

        endpoint = ProviderEndpoint.Unlisted;
        model = default;
        return method is "GET" or "HEAD" or "DELETE";
    }
}
