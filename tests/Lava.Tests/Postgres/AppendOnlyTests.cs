using Lava.Billing.Credits;
using Lava.Postgres;
using Lava.Tests.Billing;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class AppendOnlyTests(PostgresServer server)
{
    [Fact]
    public async Task Change_OfWhatIsWritten_IsRefusedWithTheCure()
    {
        await using var books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());
        await books.GrantAsync(10, ExpiryBooks.Expired);
        await books.RunAsync();
        await books.AdjustAsync(books.Adjustment(AdjustmentKind.Correction, 5));

        foreach (var table in new[] { "ledger_entries", "grant_expiries", "adjustments" })
        {
            await RefusedAsync(books, $"update {table} set amount = amount + 1");
            await RefusedAsync(books, $"delete from {table}");
            await RefusedAsync(books, $"truncate {table}");
        }

        await books.AssertBalancedAsync(5);
    }

    [Fact]
    public async Task Entry_OfNothing_IsRefused()
    {
        await using var books = await ExpiryBooks.OpenAsync(await server.CreateDatabaseAsync());

        var refused = await Assert.ThrowsAsync<PostgresException>(() => books.Books.ExecuteAsync(
            "insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at) values (gen_random_uuid(), 1, 0, 0, now())"));

        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
    }

    [Fact]
    public async Task Migrate_StoreWithMerchantsAndExpiredCredit_GivesThemTheNewAccounts()
    {
        await using var source = NpgsqlDataSource.Create(await server.CreateEmptyDatabaseAsync());
        var steps = Migration.Embedded();
        await new Migrator(source, [.. steps.Take(2)]).ApplyAsync(CancellationToken.None);
        await using (var command = source.CreateCommand("""
            insert into merchants (merchant_id, name, is_test, wallet_id) values ('00000000-0000-0000-0000-000000000001', 'm', true, 1);
            insert into wallets (merchant_id, kind) select merchant_id, generate_series(0, 4) from merchants;
            insert into customers (customer_id, merchant_id, wallet_id) select merchant_id, merchant_id, 1 from merchants;
            insert into grants (grant_id, customer_id, wallet_id, amount, remaining)
              select customer_id, customer_id, 1, 10, 3 from customers;
            insert into grant_expiries (expiry_id, grant_id, amount, created_at)
              select gen_random_uuid(), grant_id, part, now() from grants, (values (2), (4)) parts (part);
            """))
        {
            await command.ExecuteNonQueryAsync();
        }

        await new Migrator(source, [.. steps.Take(3)]).ApplyAsync(CancellationToken.None);

        Assert.Equal(6L, await ScalarAsync("select count(*) from wallets where kind > 4"));
        Assert.Equal(6L, await ScalarAsync("select taken_back from grants where merchant_id is not null"));
        Assert.Equal(
            Enum.GetValues<WalletKind>().Length - 1L, await ScalarAsync("select count(distinct kind) from wallets where kind <> 0"));

        async Task<object?> ScalarAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return await command.ExecuteScalarAsync();
        }
    }

    private static async Task RefusedAsync(ExpiryBooks books, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => books.Books.ExecuteAsync(sql));
        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
        Assert.Contains("correction", refused.Hint, StringComparison.Ordinal);
    }
}
