using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Billing;

/// <summary>A customer of a running server: what is done with it, and what its books say of that.</summary>
internal sealed class BilledCustomer(string id)
{
    private const string Target = "https://api.openai.com/v1/chat/completions";

    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly object Chat = new
    {
        model = "gpt-4o-mini",
        max_tokens = 20,
        messages = new object[] { new { role = "user", content = "Hello" } },
    };

    public string Id => id;

    /// <summary>The server that is asked; another one after a restart.</summary>
    public required LavaClient Client { get; set; }

    /// <summary>The meter that calls name.</summary>
    public required string Meter { get; init; }

    /// <summary>The server's database.</summary>
    public required NpgsqlDataSource Database { get; init; }

    /// <summary>
    /// So many calls, which all must be let in. Before and after them billing has looked at the wallet: else what it tells would depend on
    /// where its second ends.
    /// </summary>
    public async Task UseAsync(int calls)
    {
        await LookedAtAsync();
        for (var call = 0; call < calls; call++)
        {
            Assert.Equal((HttpStatusCode.OK, ""), await CallAsync());
        }

        await Audit.ConvergeAsync(Client);
        await LookedAtAsync();
    }

    /// <summary>Waits until billing has looked at all wallets whose balance it must look at.</summary>
    public async Task LookedAtAsync()
    {
        await using var command = Database.CreateCommand("select count(*) from wallets_due where not_before is null");
        await UntilAsync(async () => (long)(await command.ExecuteScalarAsync())! == 0);
    }

    /// <summary>One call: its status, and what refused it.</summary>
    public async Task<(HttpStatusCode Status, string Limit)> CallAsync()
    {
        using var response = await Client.ForwardAsync(Target, Client.Token(id, Meter), Chat);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, (string?)JsonNode.Parse(text)!["error"]?["details"]?["limit"] ?? "");
    }

    /// <summary>Puts a card on file, in the place of the one before.</summary>
    public Task<JsonNode> AddCardAsync(string token) =>
        Client.PostAsync($"/v1/customers/{id}/payment_methods", new { token, is_default = true });

    public Task<JsonNode> BuyAsync(string bundle, string key) =>
        Client.PostAsync($"/v1/customers/{id}/bundles", new { credit_bundle_id = bundle, idempotency_key = key });

    /// <summary>The active subscription; null: none.</summary>
    public async Task<JsonNode?> SubscriptionAsync() => (await Client.GetAsync($"/v1/customers/{id}/subscription"))["subscription"];

    /// <summary>All credit that is left; what overage allows is not in it.</summary>
    public async Task<string> RemainingAsync() => Short((await Client.GetAsync($"/v1/customers/{id}/balance"))["total_remaining"]!);

    /// <summary>Waits until the customer's books say so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await happened())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Kind, amount and balance after it of all entries, oldest first.</summary>
    public async Task<List<string>> LedgerAsync() =>
        [.. (await AllAsync("ledger")).Select(entry => $"{entry["kind"]} {Short(entry["amount"]!)} {Short(entry["balance_after"]!)}")];

    /// <summary>Kind, amount and status of all payments, oldest first.</summary>
    public async Task<List<string>> PaymentsAsync() =>
        [.. (await AllAsync("payments")).Select(payment => $"{payment["kind"]} {Short(payment["amount"]!)} {payment["status"]}")];

    /// <summary>An amount without the zeros at its end.</summary>
    public static string Short(JsonNode amount) =>
        decimal.Parse((string)amount!, CultureInfo.InvariantCulture).ToString("0.##########", CultureInfo.InvariantCulture);

    private async Task<List<JsonNode>> AllAsync(string list)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = await Client.GetAsync($"/v1/customers/{id}/{list}?limit=100" + (cursor is null ? "" : $"&cursor={cursor}"));
            all.AddRange(page["data"]!.AsArray().Select(item => item!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        all.Reverse();
        return all;
    }
}
