using System.Net;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Calls with a spend key: who pays, and what the key may do.</summary>
public sealed class SpendKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, Func<SpendKey, SpendKey>, int> Refused => new()
    {
        { "spend_key_paused", key => key with { IsPaused = true }, 403 },
        { "spend_key_expired", key => key with { ExpiresAtMicros = Now.ToUnixTimeMilliseconds() * 1_000 }, 403 },
        { "spend_key_expired", key => key with { ExpiresAtMicros = Now.ToUnixTimeMilliseconds() * 1_000, IsPaused = true }, 403 },
        { "request_shape_mismatch", key => key with { Shape = RequestShape.Anthropic }, 403 },
        { "provider_not_allowed", key => key with { AllowedProviders = ["anthropic", "groq"] }, 403 },
        { "model_not_allowed", key => key with { AllowedModels = ["gpt-4o"u8.ToArray(), "groq/gpt-4o-mini"u8.ToArray()] }, 403 },
    };

    public static TheoryData<Func<SpendKey, SpendKey>> Allowed =>
    [
        key => key,
        key => key with { ExpiresAtMicros = (Now.ToUnixTimeMilliseconds() * 1_000) + 1 },
        key => key with { AllowedProviders = ["groq", "OpenAI"] },
        key => key with { AllowedModels = ["x"u8.ToArray(), "openai/GPT-4o-mini"u8.ToArray()] },
        key => key with { RatePerMinute = 1 },
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Call_AgainstARule_IsRefusedWithItsIdAndNothingHappens(string code, Func<SpendKey, SpendKey> rule, int status)
    {
        await using var gateway = await StartAsync(new() { SpendKey = rule, Time = new ManualTime() });
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        Assert.Equal((status, code), ((int)response.StatusCode, await CodeAsync(response)));
        Assert.StartsWith("req_test_", response.Headers.GetValues("x-lava-request-id").Single(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
        await Ledger.NothingHappenedAsync(gateway);
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public async Task Call_WithinTheRules_IsPaidByTheMerchantAndKnowsItsKey(Func<SpendKey, SpendKey> rule)
    {
        await using var gateway = await StartAsync(new() { SpendKey = rule, Time = new ManualTime() });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(["Bearer managed-OPENAI_API_KEY"], gateway.Upstream.Single.Header("Authorization"));
        Assert.DoesNotContain("lava_sk_", gateway.Upstream.Single.Head, StringComparison.Ordinal);
        var record = await Ledger.SettledAsync(gateway);
        Assert.Equal(gateway.Accounts.SpendKey.Id, record.SpendKeyId);
        Assert.Equal((false, TestAccounts.MerchantWallet, null), (record.Billed, record.WalletId, record.CustomerId));
        Assert.Equal((10 * 1_500) + (20 * 6_000), record.Debit.Units);
    }

    [Fact]
    public async Task Call_WithASecretKey_HasNoSpendKey()
    {
        await using var gateway = await StartAsync(new() { SpendKey = key => key with { IsPaused = true } });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.SecretKey);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null((await Ledger.SettledAsync(gateway)).SpendKeyId);
    }

    [Fact]
    public async Task Calls_FasterThanTheRate_AreToldWhenToComeBack()
    {
        var time = new ManualTime();
        await using var gateway = await StartAsync(
            new() { SpendKey = key => key with { RatePerMinute = 20, RateBurst = 2 }, Time = time });
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        await CallAsync(HttpStatusCode.OK);
        await CallAsync(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromMilliseconds(500));
        using (var refused = await CallAsync(HttpStatusCode.TooManyRequests))
        {
            Assert.Equal("rate_limited", await CodeAsync(refused));
            Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter?.Delta);
        }

        time.Advance(TimeSpan.FromMilliseconds(2500));
        await CallAsync(HttpStatusCode.OK);
        await CallAsync(HttpStatusCode.TooManyRequests);

        async Task<HttpResponseMessage> CallAsync(HttpStatusCode expected)
        {
            var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
            Assert.Equal(expected, response.StatusCode);
            await response.Content.LoadIntoBufferAsync();
            await gateway.EndedAsync();
            return response;
        }
    }

    [Fact]
    public async Task Rotation_WhileACallRuns_EndsTheOldKeyAndNotTheCall()
    {
        await using var gateway = await StartAsync();
        var answer = new TaskCompletionSource();
        gateway.Upstream.Script = async exchange =>
        {
            await answer.Task;
            await exchange.SendJsonAsync(Bodies.Answer);
        };
        var running = gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        SpinWait.SpinUntil(() => !gateway.Upstream.Received.IsEmpty, Patience);
        var rotated = gateway.Accounts.SpendKey with { Digest = UInt256.Sha256("lava_sk_new"u8) };
        gateway.Known.Swap(accounts => accounts.WithoutSpendKeys(rotated.Id).With(rotated));

        using var old = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        answer.SetResult();
        using var first = await running;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await gateway.PostAsync(Bodies.Chat, "lava_sk_new");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await gateway.EndedAsync(3);
        Assert.All(Ledger.AssertBalanced(gateway), record => Assert.Equal(rotated.Id, record.SpendKeyId));
    }

    [Fact]
    public async Task ChangedProviderKey_OfTheMerchant_IsTheSpendKeysToo()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Bodies.Answer);
        gateway.Known.Swap(accounts => accounts.WithMerchants(merchant => merchant with
        {
            ProviderKeys = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
                new Dictionary<string, ReadOnlyMemory<byte>> { ["openai"] = "stored"u8.ToArray() }),
        }));
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.SpendKeyText);
        Assert.Equal(["Bearer stored"], gateway.Upstream.Single.Header("Authorization"));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return json.GetProperty("error").GetProperty("code").GetString();
    }
}
