namespace Lava.Metering.Catalog;

/// <summary>
/// A provider in one file of the table. Several files may have a row of the same name: hosts and endpoints of all of them count, and what
/// describes the key stands in one.
/// </summary>
internal sealed record ProviderRow
{
    /// <inheritdoc cref="Provider.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="Provider.Label"/>
    public string? Label { get; init; }

    /// <inheritdoc cref="Provider.Hosts"/>
    public string[] Hosts { get; init; } = [];

    /// <summary>More hosts, see <see cref="Provider.TenantHosts"/>.</summary>
    public string[] TenantHosts { get; init; } = [];

    /// <inheritdoc cref="Provider.KeyHeader"/>
    public string? KeyHeader { get; init; }

    /// <inheritdoc cref="Provider.KeyPrefix"/>
    public string? KeyPrefix { get; init; }

    /// <inheritdoc cref="Provider.KeyParameter"/>
    public string? KeyParameter { get; init; }

    /// <inheritdoc cref="Provider.KeyVariables"/>
    public string[] KeyVariables { get; init; } = [];

    /// <inheritdoc cref="Provider.Signed"/>
    public bool Signed { get; init; }

    /// <summary>APIs that many providers speak. Their endpoints come after the row's own.</summary>
    public ProviderApi[] Apis { get; init; } = [];

    /// <summary>Endpoints of its own.</summary>
    public ProviderEndpoint[] Endpoints { get; init; } = [];
}
