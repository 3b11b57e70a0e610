using System.Net;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Server.Api.SpendKeys;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class SpendKeyEndpointsTests(ApiHost host)
{
    private const string Whole =
        """
        {"name":"CI","status":"paused","request_shape":"anthropic","allowed_models":["claude-sonnet-4-6"],"allowed_providers":["anthropic"],
        "spend_limit":{"amount":"25.00","cycle":"weekly"},"request_limit":{"count":100,"cycle":"daily"},"rate_limit":{"rpm":60,"burst":5},
        "expires_at":"2100-01-01T00:00:00Z"}
        """;

    private static readonly string[] Names =
    [
        "spend_key_id", "key_preview", "name", "status", "request_shape", "wallet_id", "allowed_models", "allowed_providers", "spend_limit",
        "current_spend", "total_spend", "request_limit", "current_requests", "total_requests", "rate_limit", "expires_at", "last_used_at",
        "created_at",
    ];

    [Fact]
    public async Task Create_NameAlone_HasNoRules()
    {
        var made = await host.SendAsync("POST", "/v1/spend_keys", """{"name":"plain","allowed_models":null,"rate_limit":null}""");

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal([.. Names, "key"], made.Names);
        var key = made["key"].GetString()!;
        Assert.Matches("^lava_sk_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal($"{key[..16]}****", made["key_preview"].GetString());
        Assert.StartsWith("wal_test_", made["wallet_id"].GetString(), StringComparison.Ordinal);
        Assert.Equal(("active", "openai"), (made["status"].GetString(), made["request_shape"].GetString()));
        foreach (var name in new[]
        {
            "allowed_models", "allowed_providers", "spend_limit", "request_limit", "rate_limit", "expires_at", "last_used_at",
        })
        {
            Assert.Equal(JsonValueKind.Null, made[name].ValueKind);
        }

        Assert.Equal(("0.0000000000", 0), (made["current_spend"].GetString(), made["total_requests"].GetInt32()));
        var known = Known(key)!;
        Assert.Equal((false, RequestShape.OpenAi, 0, 0), (known.IsPaused, known.Shape, known.RatePerMinute, known.Limits.Length));
        Assert.Null(known.AllowedModels);
    }

    [Fact]
    public async Task Create_WithEverything_IsShownAndKnownToTheGateway()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var got = await host.OkAsync("GET", $"/v1/spend_keys/{made["spend_key_id"].GetString()}");

        Assert.Equal(Names, got.Names);
        Assert.Equal("""{"amount":"25.0000000000","cycle":"weekly"}""", got["spend_limit"].GetRawText());
        Assert.Equal("""{"count":100,"cycle":"daily"}""", got["request_limit"].GetRawText());
        Assert.Equal("""{"rpm":60,"burst":5}""", got["rate_limit"].GetRawText());
        Assert.Equal("2100-01-01T00:00:00Z", got["expires_at"].GetString());
        var known = Known(made["key"].GetString()!)!;
        Assert.Equal((true, RequestShape.Anthropic, 60, 5), (known.IsPaused, known.Shape, known.RatePerMinute, known.RateBurst));
        Assert.Equal(4_102_444_800_000_000, known.ExpiresAtMicros);
        Assert.Equal(
            [
                new UsageLimit(LimitUnit.Spend, LimitCycle.Weekly, Money.FromDollars(25).Units, LimitScope.SpendKey),
                new UsageLimit(LimitUnit.Requests, LimitCycle.Daily, 100, LimitScope.SpendKey),
            ],
            known.Limits);
        Assert.Equal(["anthropic"], known.AllowedProviders!);
        Assert.Equal("claude-sonnet-4-6"u8.ToArray(), Assert.Single(known.AllowedModels!));
    }

    [Fact]
    public async Task Put_PartOfTheFields_KeepsTheOthersAndClearsWhatIsNull()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var path = $"/v1/spend_keys/{made["spend_key_id"].GetString()}";

        var paused = await host.OkAsync("PUT", path, """{"status":"active","rate_limit":{"rpm":7}}""");
        Assert.Equal("""{"rpm":7,"burst":null}""", paused["rate_limit"].GetRawText());
        Assert.Equal("""{"amount":"25.0000000000","cycle":"weekly"}""", paused["spend_limit"].GetRawText());
        Assert.Equal("2100-01-01T00:00:00Z", paused["expires_at"].GetString());
        var cleared = await host.OkAsync("PUT", path,
            """
            {"spend_limit":null,"allowed_models":null,"allowed_providers":null,"request_limit":null,"rate_limit":null,"expires_at":null}
            """);

        Assert.Equal(("CI", "active", "anthropic"), (cleared["name"].GetString(), cleared["status"].GetString(),
            cleared["request_shape"].GetString()));
        Assert.All(
            new[] { "spend_limit", "allowed_models", "allowed_providers", "request_limit", "rate_limit", "expires_at" },
            name => Assert.Equal(JsonValueKind.Null, cleared[name].ValueKind));
        var known = Known(made["key"].GetString()!)!;
        Assert.Equal((false, 0, null, 0), (known.IsPaused, known.Limits.Length, known.ExpiresAtMicros, known.RatePerMinute));
        Assert.Equal(made["key_preview"].GetString(), cleared["key_preview"].GetString());
        Assert.Equal((await host.OkAsync("PUT", path, "{}")).Text, cleared.Text);
        Assert.False(cleared.Json.TryGetProperty("key", out _));
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"x","status":"stopped","request_shape":"google"}""", "status", "request_shape")]
    [InlineData("""{"name":"x","allowed_models":[],"allowed_providers":"openai"}""", "allowed_models", "allowed_providers")]
    [InlineData("""{"name":"x","allowed_models":["a",7,"b c"],"allowed_providers":["openai","nobody"]}""",
        "allowed_models[1]", "allowed_models[2]", "allowed_providers[1]")]
    [InlineData("""{"name":"x","spend_limit":{},"request_limit":{"count":0,"cycle":"yearly"}}""",
        "spend_limit.amount", "spend_limit.cycle", "request_limit.count", "request_limit.cycle")]
    [InlineData("""{"name":"x","spend_limit":{"amount":"0","cycle":"daily"},"request_limit":{"count":1.5,"cycle":"daily"}}""",
        "spend_limit.amount", "request_limit.count")]
    [InlineData("""{"name":"x","spend_limit":{"amount":5,"cycle":"cycle"},"request_limit":7,"rate_limit":[]}""",
        "spend_limit.amount", "spend_limit.cycle", "request_limit", "rate_limit")]
    [InlineData("""{"name":"x","rate_limit":{"rpm":0,"burst":0}}""", "rate_limit.rpm", "rate_limit.burst")]
    [InlineData("""{"name":"x","rate_limit":{"burst":1000001}}""", "rate_limit.rpm", "rate_limit.burst")]
    [InlineData("""{"name":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"name":"x","expires_at":"soon"}""", "expires_at")]
    public async Task Create_WrongFields_AreAllToldWithTheirPaths(string body, params string[] fields) =>
        Assert.Equal(fields, (await host.SendAsync("POST", "/v1/spend_keys", body)).ErrorFields);

    [Fact]
    public async Task Put_WrongFields_ChangesNothing()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var path = $"/v1/spend_keys/{made["spend_key_id"].GetString()}";
        var before = (await host.OkAsync("GET", path)).Text;

        var answer = await host.SendAsync("PUT", path, """{"name":null,"status":"active","rate_limit":{"rpm":-1}}""");

        Assert.Equal(["name", "rate_limit.rpm"], answer.ErrorFields.Order());
        Assert.Equal(before, (await host.OkAsync("GET", path)).Text);
        Assert.True(Known(made["key"].GetString()!)!.IsPaused);
    }

    [Fact]
    public async Task Put_EndInThePast_EndsTheKey()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", """{"name":"x"}""");
        await host.OkAsync("PUT", $"/v1/spend_keys/{made["spend_key_id"].GetString()}", """{"expires_at":"2020-01-01T00:00:00Z"}""");
        Assert.Equal(1_577_836_800_000_000, Known(made["key"].GetString()!)!.ExpiresAtMicros);
    }

    [Fact]
    public async Task Rotate_Key_KeepsAllButTheKey()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var path = $"/v1/spend_keys/{made["spend_key_id"].GetString()}";

        var rotated = await host.SendAsync("POST", $"{path}/rotate", "{}");

        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        Assert.NotEqual(made["key"].GetString(), rotated["key"].GetString());
        Assert.Null(Known(made["key"].GetString()!));
        Assert.Equal(60, Known(rotated["key"].GetString()!)!.RatePerMinute);
        foreach (var name in Names.Except(["key_preview"]))
        {
            Assert.Equal(made[name].GetRawText(), rotated[name].GetRawText());
        }

        Assert.Equal(rotated["key_preview"].GetString(), (await host.OkAsync("GET", path))["key_preview"].GetString());
    }

    [Fact]
    public async Task Rotate_AfterAnAnswerThatWasLost_LeavesNoOlderKey()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var id = made["spend_key_id"].GetString()!;

        // The row was rotated, but the gateway never heard of it.
        Assert.True(Ids.TryParse(IdPrefix.SpendKey, id, out var guid));
        await using var command = host.Source.CreateCommand("update spend_keys set digest = $1 where spend_key_id = $2");
        command.Parameters.Add(new() { Value = SpendKeyText.Digest("lost").ToArray() });
        command.Parameters.Add(new() { Value = guid });
        await command.ExecuteNonQueryAsync();
        var rotated = await host.OkAsync("POST", $"/v1/spend_keys/{id}/rotate");

        Assert.Null(Known(made["key"].GetString()!));
        Assert.NotNull(Known(rotated["key"].GetString()!));
    }

    [Fact]
    public async Task Revoke_Key_IsUnknownAtOnceAndForGood()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var path = $"/v1/spend_keys/{made["spend_key_id"].GetString()}";

        Assert.Equal("""{"success":true}""", (await host.OkAsync("DELETE", path)).Text);

        Assert.Null(Known(made["key"].GetString()!));
        foreach (var (method, at) in new[] { ("GET", path), ("PUT", path), ("DELETE", path), ("POST", path + "/rotate") })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, at, "{}")).Status);
        }
    }

    [Fact]
    public async Task OtherMerchantsKey_IsNotFoundAndStays()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole, host.OtherKey);
        var path = $"/v1/spend_keys/{made["spend_key_id"].GetString()}";
        foreach (var (method, at) in new[] { ("GET", path), ("PUT", path), ("DELETE", path), ("POST", path + "/rotate") })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, at, "{}")).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", "/v1/spend_keys/spk_nonsense")).Status);
        Assert.NotNull(Known(made["key"].GetString()!));
    }

    [Fact]
    public async Task SpendKey_IsNoKeyForManagement()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", """{"name":"x"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/v1/spend_keys", key: made["key"].GetString())).Status);
    }

    [Fact]
    public async Task List_InPages_HasEachOnceUnderBothPaths()
    {
        var (_, key) = await host.AddMerchantAsync(true);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await host.OkAsync("POST", "/v1/spend_keys", $$"""{"name":"{{name}}"}""", key);
        }

        var first = await host.OkAsync("GET", "/v1/manage/spend_keys?limit=2", key: key);
        Assert.True(first["has_more"].GetBoolean());
        var second = await host.OkAsync("GET", $"/v1/spend_keys?limit=2&cursor={first["next_cursor"].GetString()}", key: key);

        Assert.Equal(
            ["c", "b", "a"],
            first["data"].EnumerateArray().Concat(second["data"].EnumerateArray()).Select(item => item.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Usage_OfTheRunningWindows_IsShown()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys", Whole);
        var path = $"/v1/spend_keys/{made["spend_key_id"].GetString()}";
        var today = DateTime.UtcNow.Date;
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        await AddUsageAsync(made["spend_key_id"].GetString()!, today.AddDays(-1), monday, new DateTime(today.Year, today.Month, 1));

        var got = await host.OkAsync("GET", path);

        // Spend by the week; requests by the day, of which the last one is over.
        Assert.Equal(("0.0000000020", "0.0000000004"), (got["current_spend"].GetString(), got["total_spend"].GetString()));
        Assert.Equal((0, 40), (got["current_requests"].GetInt32(), got["total_requests"].GetInt32()));
        Assert.Equal("2026-05-01T10:00:00Z", got["last_used_at"].GetString());

        var changed = await host.OkAsync("PUT", path, """{"spend_limit":{"amount":"1","cycle":"total"},"request_limit":null}""");
        Assert.Equal(("0.0000000004", 3), (changed["current_spend"].GetString(), changed["current_requests"].GetInt32()));
    }

    [Fact]
    public async Task Models_WithASpendKey_AreThoseItMayCall()
    {
        var made = await host.OkAsync("POST", "/v1/spend_keys",
            """{"name":"x","allowed_models":["anthropic/claude-sonnet-4-6","GPT-4o-mini","nobodys-model"]}""");
        var azure = await host.OkAsync("POST", "/v1/spend_keys",
            """{"name":"x","allowed_providers":["azure"],"allowed_models":["gpt-4o-mini"]}""");
        var plain = await host.OkAsync("POST", "/v1/spend_keys", """{"name":"x"}""");

        Assert.Equal(["openai gpt-4o-mini", "anthropic claude-sonnet-4-6"], await ModelsAsync(made["key"].GetString()));
        Assert.Equal(["azure gpt-4o-mini"], await ModelsAsync(azure["key"].GetString()));
        var all = await ModelsAsync(host.Key);
        Assert.True(all.Length > 50);
        Assert.Equal(all, await ModelsAsync(plain["key"].GetString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/v1/models", key: "lava_sk_unknown")).Status);
    }

    private async Task<string[]> ModelsAsync(string? key) =>
    [
        .. (await host.OkAsync("GET", "/v1/models", key: key))["data"].EnumerateArray()
            .Select(model => $"{model.GetProperty("owned_by").GetString()} {model.GetProperty("id").GetString()}"),
    ];

    private SpendKey? Known(string key) =>
        host.Dependencies.Accounts.Current.SpendKeys.TryGetValue(SpendKeyText.Digest(key), out var known) ? known : null;

    private async Task AddUsageAsync(string id, DateTime day, DateTime week, DateTime month)
    {
        Assert.True(Ids.TryParse(IdPrefix.SpendKey, id, out var subject));
        await using var command = host.Source.CreateCommand(
            """
            insert into usage_windows (subject_id, merchant_id, day, day_requests, day_tokens, day_spend, week, week_requests, week_tokens,
              week_spend, month, month_requests, month_tokens, month_spend, cycle, cycle_requests, cycle_tokens, cycle_spend,
              requests, tokens, spend, last_at)
            values ($1, $1, $2, 1, 0, 10, $3, 2, 0, 20, $4, 3, 0, 30, $4, 0, 0, 0, 40, 0, 4, '2026-05-01T10:00:00Z')
            """);
        command.Parameters.Add(new() { Value = subject });
        foreach (var date in new[] { day, week, month })
        {
            command.Parameters.Add(new() { Value = DateOnly.FromDateTime(date) });
        }

        await command.ExecuteNonQueryAsync();
    }
}
