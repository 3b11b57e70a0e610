using Lava.Metering.Catalog;

namespace Lava.Server.Configuration;

/// <summary>The settings of <c>lava serve</c> that say where its data is: what commands beside it need.</summary>
/// <param name="DataDirectory">Absolute path.</param>
/// <param name="Postgres">Connection string; null: the data directory's own.</param>
/// <param name="NodeId">The node whose journal lies in the data directory.</param>
/// <param name="Prices">The prices that calls were priced with.</param>
internal sealed record StoreOptions(string DataDirectory, string? Postgres, int NodeId, PriceCatalog Prices)
{
    public static readonly Setting[] Settings = [ServeSettings.Data, ServeSettings.Postgres, ServeSettings.NodeId, ServeSettings.Prices];

    /// <summary>Where the journal's segments lie.</summary>
    public string Journal => Hosting.DataDirectory.JournalIn(DataDirectory);

    /// <summary>Reads them; every error goes into the list, and null comes back if there is one.</summary>
    public static StoreOptions? Read(SettingSources sources, List<string> errors)
    {
        var parser = new SettingParser(sources, errors);
        var directory = ServeOptions.ReadDirectory(parser);
        var postgres = ServeOptions.ReadPostgres(parser);
        var nodeId = ServeOptions.ReadNodeId(parser);
        var prices = ServeParts.ReadPrices(parser.Text(ServeSettings.Prices), errors);
        return errors.Count > 0 || prices is null ? null : new StoreOptions(directory, postgres, nodeId, prices);
    }
}
