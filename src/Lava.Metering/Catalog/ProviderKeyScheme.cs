namespace Lava.Metering.Catalog;

/// <summary>How a provider wants its key.</summary>
/// <param name="Header">The header that carries it.</param>
/// <param name="Prefix">What stands before the key there; "" for nothing.</param>
/// <param name="Parameter">The parameter of the query that carries it in place of a header; "" for none.</param>
public readonly record struct ProviderKeyScheme(string Header, string Prefix, string Parameter);
