using Npgsql;

namespace Lava.FunctionalTests.Api;

/// <summary>All rows of a database, to tell whether calls changed any.</summary>
internal static class StoredRows
{
    // Workers go on with what accepted calls began.
    private static readonly string[] Excepted = ["wallets_due", "webhook_events", "webhook_deliveries"];

    /// <summary>A digest of each table's rows.</summary>
    public static async Task<SortedDictionary<string, string>> DigestAsync(NpgsqlDataSource source)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in await TablesAsync(source))
        {
            await using var command = source.CreateCommand(
                $"select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from {table} t");
            digests[table] = (string)(await command.ExecuteScalarAsync())!;
        }

        return digests;
    }

    private static async Task<List<string>> TablesAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition");
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.GetString(0));
        }

        return [.. names.Except(Excepted)];
    }
}
