using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Api;

/// <summary>
/// Every operation of <c>/openapi.json</c> on a real server with what nobody should send: each is answered as the API answers errors,
/// changes nothing where it is refused, and gives nothing of another merchant.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class HostileCallsTests(FaultServer postgres) : IAsyncLifetime
{
    private const string TestClockOn = "true";

    // Of the objects of the merchant who is attacked; the attacker never sends it.
    private const string Mark = "only-its-owner-may-see-this";
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();
    private readonly List<string> _faults = [];
    private NpgsqlDataSource _source = null!;
    private LavaProcess _simulator = null!;
    private LavaProcess _gateway = null!;
    private LavaClient _client = null!;
    private List<DocumentedOperation> _operations = null!;
    private Dictionary<string, string> _own = null!;

    public async Task InitializeAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        _source = NpgsqlDataSource.Create(database);
        _simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        _gateway = await TestGateway.StartAsync(
            _directory, _simulator, "--postgres", database + ";Pooling=true", "--test-clock", TestClockOn, "--management-limit", "0");
        _client = new LavaClient(_gateway.Url, LavaFixture.SecretKey);
        _operations = DocumentedOperation.Read(JsonNode.Parse(await _http.GetStringAsync(_gateway.Url + "/openapi.json"))!);
        _own = await FillAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _simulator.DisposeAsync();
        await _source.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Fields_OfEveryBody_AreRefusedByNameAndChangeNothing()
    {
        foreach (var operation in _operations.Where(one => one.Body is not null))
        {
            var calls = new List<Call>(HostileInput.Bodies.Select(body => new Call(operation, Url(operation), body)));
            foreach (var (field, with) in operation.Fields(_own))
            {
                calls.AddRange(HostileInput.Values.Select(value => new Call(
                    operation, Url(operation), Encoding.UTF8.GetBytes(with(value)), $"{field}={Short(value)}")));
            }

            await SendAsync(calls);
        }

        AssertNoFaults();
    }

    [Fact]
    public async Task Queries_OfEveryList_AreRefusedByName()
    {
        var calls =
            from operation in _operations.Where(one => one.Method == HttpMethod.Get)
            from name in operation.Query
            from text in HostileInput.Texts
            let rest = operation.Query.Where(other => other.EndsWith('!') && other != name).Select(other => $"&{other[..^1]}=2026-01-01")
            select new Call(
                operation, $"{Url(operation)}?{name.TrimEnd('!')}={Uri.EscapeDataString(text)}{string.Concat(rest)}", null, Short(text));

        await SendAsync([.. calls]);

        AssertNoFaults();
    }

    [Fact]
    public async Task Ids_OfNothing_AreNotFoundAndChangeNothing()
    {
        var calls =
            from operation in _operations.Where(one => one.Path.Contains('{', StringComparison.Ordinal))
            from id in HostileInput.Texts.Concat(_own.Values.Select(value => value.Trim('"'))).Distinct()
            where id.Length > 0 && !IsRight(operation, id)

            // Kestrel itself ends these, with 400 and no body.
            where !id.Contains('\0', StringComparison.Ordinal)
            select new Call(operation, Url(operation, id), Sample(operation), id);

        await SendAsync([.. calls], mustFail: true);

        AssertNoFaults();
    }

    [Fact]
    public async Task Ids_OfAnotherMerchant_GiveNothingAndChangeNothing()
    {
        var key = (string)(await _client.PostAsync("/v1/secret_keys", new { name = "Live", mode = "live" }))["secret_key"]!;
        var withoutMode = _own.ToDictionary(id => id.Key, id => id.Value.Replace("_test_", "_", StringComparison.Ordinal));
        foreach (var ids in new[] { _own, withoutMode })
        {
            var named = _operations.Where(one => one.Path.Contains('{', StringComparison.Ordinal) && !one.Path.Contains("provider_keys"));
            await SendAsync([.. named.Select(one => new Call(one, Url(one, ids: ids), Sample(one), "path"))], key, mustFail: true);
            var fields =
                from operation in _operations.Where(one => one.Body is not null && !one.Path.Contains('{', StringComparison.Ordinal))
                from field in operation.Fields(ids)
                where ids.ContainsKey(field.Field)
                select new Call(operation, operation.Path, Encoding.UTF8.GetBytes(field.With(ids[field.Field])), field.Field);
            await SendAsync([.. fields], key, mustFail: true);
        }

        var lists = _operations.Where(one => one.Method == HttpMethod.Get && !one.Path.Contains('{', StringComparison.Ordinal));
        await SendAsync([.. lists.Select(one => new Call(one, one.Path + "?start=2026-01-01", null))], key);
        AssertNoFaults();
    }

    /// <summary>
    /// Sends all, and once more those that were refused: then no row may be another. Twice, since what is accepted changes rows.
    /// </summary>
    private async Task SendAsync(List<Call> calls, string? key = null, bool mustFail = false)
    {
        var refused = new List<Call>();
        foreach (var call in calls)
        {
            if (await IsRefusedAsync(call, key))
            {
                refused.Add(call);
            }
            else if (mustFail)
            {
                _faults.Add($"{call}: accepted");
            }
        }

        await Audit.ConvergeAsync(_client);
        var before = await StoredRows.DigestAsync(_source);
        foreach (var call in refused)
        {
            await IsRefusedAsync(call, key);
        }

        var after = await StoredRows.DigestAsync(_source);
        _faults.AddRange(after.Where(table => before[table.Key] != table.Value).Select(table =>
            $"{calls[0].Operation}: refused calls changed {table.Key}: {before[table.Key]} to {table.Value}"));
    }

    private async Task<bool> IsRefusedAsync(Call call, string? key)
    {
        using var request = new HttpRequestMessage(call.Operation.Method, _gateway.Url + call.Url);
        request.Headers.Authorization = new("Bearer", key ?? LavaFixture.SecretKey);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new("application/json") } };
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (Fault(response.StatusCode, text, key is not null) is { } fault)
        {
            _faults.Add($"{call}: {(int)response.StatusCode} {fault} {text[..Math.Min(text.Length, 300)]}");
        }

        return !response.IsSuccessStatusCode;
    }

    /// <summary>What is wrong with an answer; null: nothing.</summary>
    private static string? Fault(HttpStatusCode status, string text, bool isOther)
    {
        if (isOther && text.Contains(Mark, StringComparison.Ordinal))
        {
            return "shows what is another's";
        }

        if ((int)status < 300)
        {
            return null;
        }

        var error = text.StartsWith('{') ? JsonNode.Parse(text)!["error"] : null;
        return (int)status >= 500 ? "fails"
            : (int?)error?["status"] != (int)status || (string?)error?["code"] is not { Length: > 0 }
                || (string?)error["message"] is not { Length: > 0 } ? "has no error"
            : (string)error["code"]! != "invalid_parameter" ? null
            : error["details"] is not JsonArray { Count: > 0 } details || details.Any(detail =>
                (string?)detail!["field"] is not { Length: > 0 } || (string?)detail["message"] is not { Length: > 0 }) ? "names no field"
            : null;
    }

    private void AssertNoFaults() =>
        Assert.True(_faults.Count == 0, $"{_faults.Count} faults:\n{string.Join('\n', _faults.Take(100))}");

    private byte[]? Sample(DocumentedOperation operation) =>
        operation.Body is null ? null : Encoding.UTF8.GetBytes(operation.Sample(_own));

    /// <summary>The path, with the ids that belong there or with the given one for the first.</summary>
    private string Url(DocumentedOperation operation, string? first = null, Dictionary<string, string>? ids = null)
    {
        var parts = operation.Path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].StartsWith('{'))
            {
                parts[i] = Uri.EscapeDataString(first ?? (ids ?? _own)[Kind(parts, i)].Trim('"'));
                first = null;
            }
        }

        return string.Join('/', parts);
    }

    private bool IsRight(DocumentedOperation operation, string id)
    {
        var parts = operation.Path.Split('/');
        return Kind(parts, Array.FindIndex(parts, part => part.StartsWith('{'))) is var kind
            && (_own[kind].Trim('"') == id || kind == "provider_keys" || (kind == "meter_id" && _own["meter_slug"].Trim('"') == id));
    }

    // What the ids in the filled table are called: as the fields that name them.
    private static string Kind(string[] parts, int i) => parts[i] switch
    {
        "{method}" => "payment_method_id",
        "{delivery_id}" => "delivery_id",
        _ => parts[i - 1] == "provider_keys" ? "provider_keys" : parts[i - 1].TrimEnd('s') + "_id",
    };

    /// <summary>One of everything; the ids as JSON, by the fields that name them.</summary>
    private async Task<Dictionary<string, string>> FillAsync()
    {
        var customer = await _client.PostAsync("/v1/customers", new { name = Mark, metadata = new { mark = Mark } });
        var meter = await _client.PostAsync("/v1/meters", new
        {
            name = Mark,
            meter_slug = "slug",
            rate_type = "fixed",
            tier_type = "requests",
            tiers = new[] { new { start = "0", rate = "1" } },
        });
        var plan = await _client.PostAsync("/v1/plans", new
        {
            name = Mark,
            period_amount = "20",
            billing_interval = "month",
            meter_ids = new[] { (string)meter["meter_id"]! },
            credit_bundles = new[] { new { name = Mark, cost = "1", credit_amount = "1" } },
        });
        var path = $"/v1/customers/{customer["customer_id"]}";
        var card = await _client.PostAsync($"{path}/payment_methods", new { token = "pm_card_visa" });
        var subscription = await _client.PostAsync(
            "/v1/subscriptions", new { customer_id = (string)customer["customer_id"]!, plan_id = (string)plan["plan_id"]! });
        var grant = await _client.PostAsync($"{path}/credits", new { amount = "5", reason = Mark });
        var spendKey = await _client.PostAsync("/v1/spend_keys", new { name = Mark });
        var otherKey = await _client.PostAsync("/v1/secret_keys", new { name = Mark });
        var payment = (await _client.GetAsync($"{path}/payments"))["data"]![0]!["payment_id"];
        var refund = await _client.PostAsync($"/v1/payments/{payment}/refunds", new { amount = "1", reason = Mark });
        var webhook = await _client.PostAsync("/v1/webhooks", new { name = Mark, url = "https://hooks.invalid/" + Mark });
        var session = await _client.PostAsync(
            "/v1/checkout_sessions",
            new { checkout_mode = "topup", origin_url = "https://example.com", customer_id = (string)customer["customer_id"]! });
        await _client.SendAsync(HttpMethod.Put, "/v1/provider_keys/openai", new { key = Mark });
        await _client.PostAsync(
            "/v1/requests", new { request_id = "report", customer_id = (string)customer["customer_id"]!, meter_slug = "slug" });
        await Audit.ConvergeAsync(_client);
        return new()
        {
            ["customer_id"] = Json(customer["customer_id"]),
            ["connection_id"] = Json(customer["customer_id"]),
            ["meter_id"] = Json(meter["meter_id"]),
            ["meter_slug"] = "\"slug\"",
            ["meter_ids"] = $"[{Json(meter["meter_id"])}]",
            ["plan_id"] = Json(plan["plan_id"]),
            ["credit_bundle_id"] = Json(plan["credit_bundles"]![0]!["credit_bundle_id"]),
            ["auto_top_up_bundle_id"] = Json(plan["credit_bundles"]![0]!["credit_bundle_id"]),
            ["payment_method_id"] = Json(card["payment_method_id"]),
            ["payment_id"] = Json(payment),
            ["refund_id"] = Json(refund["refund_id"]),
            ["subscription_id"] = Json(subscription["subscription"]!["subscription_id"]),
            ["grant_id"] = Json(grant["grant_id"]),
            ["spend_key_id"] = Json(spendKey["spend_key_id"]),
            ["secret_key_id"] = Json(otherKey["secret_key_id"]),
            ["wallet_key_id"] = Json(otherKey["secret_key_id"]),
            ["webhook_id"] = Json(webhook["webhook_id"]),
            ["delivery_id"] = "\"del_test_00000000000000000000000000\"",
            ["checkout_session_id"] = Json(session["checkout_session_id"]),
            ["request_id"] = "\"report\"",
            ["provider_keys"] = "\"openai\"",
        };
    }

    private static string Json(JsonNode? id) => $"\"{(string)id!}\"";

    private static string Short(string value) => value.Length > 40 ? value[..40] + "…" : value;

    private sealed record Call(DocumentedOperation Operation, string Url, byte[]? Body, string What = "")
    {
        public override string ToString() => $"{Operation} [{What}]";
    }
}
