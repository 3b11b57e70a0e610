using System.Collections.Frozen;
using System.Net;
using System.Text;
using Lava.Core.Accounts;
using Lava.Testing.Gateway;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Whose key goes to the provider: the token's, then the merchant's stored one, then the operator's.</summary>
public sealed class StoredKeyTests
{
    [Theory]
    [InlineData("https://api.openai.com/v1/chat/completions", "gpt-4o-mini", "Authorization", "Bearer stored-openai")]
    [InlineData("https://api.anthropic.com/v1/messages", "claude-haiku-4-5", "x-api-key", "stored-anthropic")]
    public async Task Stored_WithoutAKeyInTheToken_GoesInTheProvidersOwnWay(string target, string model, string header, string value)
    {
        await using var gateway = await StartAsync(Stored("openai", "anthropic"));
        using var response = await gateway.PostAsync($$"""{"model":"{{model}}","max_tokens":1}""", target: target);
        Assert.Equal([value], gateway.Upstream.Single.Header(header));
        Assert.Equal(ProviderKeyType.Stored, (await Ledger.SettledAsync(gateway)).ProviderKeyType);
    }

    [Fact]
    public async Task Stored_KeyInTheToken_GoesFirst()
    {
        await using var gateway = await StartAsync(Stored("openai"));
        using var response = await gateway.PostAsync(Bodies.Chat, TestAccounts.Token(providerKey: "own"));
        Assert.Equal(["Bearer own"], gateway.Upstream.Single.Header("Authorization"));
        Assert.Equal(ProviderKeyType.Unmanaged, (await Ledger.SettledAsync(gateway)).ProviderKeyType);
    }

    [Fact]
    public async Task Stored_ForAnotherProvider_LeavesTheOperatorsKey()
    {
        await using var gateway = await StartAsync(Stored("anthropic"));
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(["Bearer managed-OPENAI_API_KEY"], gateway.Upstream.Single.Header("Authorization"));
        Assert.Equal(ProviderKeyType.Managed, (await Ledger.SettledAsync(gateway)).ProviderKeyType);
    }

    [Fact]
    public async Task Stored_UnderAnotherMasterKey_IsRefusedNotPaidByTheOperator()
    {
        await using var gateway = await StartAsync(new GatewaySetup
        {
            Merchant = merchant => merchant with
            {
                ProviderKeys = new Dictionary<string, ReadOnlyMemory<byte>> { ["openai"] = default }.ToFrozenDictionary(),
            },
        });
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("provider_key_unreadable", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
        await Ledger.NothingHappenedAsync(gateway);
    }

    private static GatewaySetup Stored(params string[] providers) => new()
    {
        Merchant = merchant => merchant with
        {
            ProviderKeys = providers.ToFrozenDictionary(
                provider => provider, provider => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes("stored-" + provider)),
        },
    };
}
