namespace Lava.Server.Configuration;

/// <summary>The settings of <c>lava serve</c> that say where its books are: what the commands beside it need.</summary>
/// <param name="DataDirectory">Absolute path.</param>
/// <param name="Postgres">Connection string; null: the data directory's own.</param>
/// <param name="NodeId">The node whose journal lies in the data directory.</param>
internal sealed record StoreOptions(string DataDirectory, string? Postgres, int NodeId)
{
    public static readonly Setting[] Settings = [ServeSettings.Data, ServeSettings.Postgres, ServeSettings.NodeId];

    /// <summary>Where the journal's segments lie.</summary>
    public string Journal => Hosting.DataDirectory.JournalIn(DataDirectory);

    /// <summary>Reads them; every error goes into the list, and the result counts only if there is none.</summary>
    public static StoreOptions Read(SettingParser parser) =>
        new(ServeOptions.ReadDirectory(parser), ServeOptions.ReadPostgres(parser), ServeOptions.ReadNodeId(parser));
}
