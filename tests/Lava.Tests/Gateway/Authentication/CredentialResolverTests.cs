using System.Text;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;

namespace Lava.Tests.Gateway.Authentication;

public sealed class CredentialResolverTests
{
    private readonly Callers _callers = new();

    [Fact]
    public void Resolve_BareSecretKey_NamesTheMerchantAlone()
    {
        Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(Callers.Key, out var identity));
        Assert.Same(_callers.Merchant, identity.Merchant);
        Assert.Null(identity.Customer);
        Assert.Null(identity.Meter);
        Assert.True(identity.ProviderKey.IsEmpty);
        Assert.False(identity.IsBilled);
    }

    [Theory]
    [InlineData("lava_sk_one")]
    [InlineData("lava_wk_two")]
    public void Resolve_SpendKey_NamesItAndItsMerchantUntilItIsGone(string text)
    {
        var key = new SpendKey { Id = _callers.Id(20), Digest = Callers.Digest(text), Merchant = _callers.Merchant };
        _callers.Accounts = _callers.Accounts.With(key);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(text, out var identity));
            Assert.Equal((key, _callers.Merchant, null, null), (identity.SpendKey, identity.Merchant, identity.Customer, identity.Meter));
            Assert.False(identity.IsBilled);
        }

        _callers.Accounts = _callers.Accounts.WithoutSpendKeys(key.Id);
        Assert.Equal(AuthenticationOutcome.UnknownSpendKey, _callers.Resolve(text, out _));
    }

    [Fact]
    public void Clear_AfterAnyToken_LeavesNoSecretInTheScratch()
    {
        // The second has both characters that only the standard alphabet knows: it is copied before it is decoded.
        foreach (var text in new[] { "abc", "\u00fb\u00ff\u00fe???>>>" })
        {
            var json = $$"""{"secret_key":"aks_test_abc","provider_key":"sk-x","x":"{{text}}"}""";
            var credential = Encoding.UTF8.GetBytes(Callers.Encode(json));
            var scratch = new byte[CredentialResolver.ScratchBytes];
            var outcome = _callers.Resolver.Resolve(credential, _callers.Accounts, _callers.Pricing, scratch, out _);
            Assert.Equal(AuthenticationOutcome.Ok, outcome);
            Assert.True(scratch.AsSpan().ContainsAnyExcept((byte)0));
            CredentialResolver.Clear(scratch, credential.Length);
            Assert.False(scratch.AsSpan().ContainsAnyExcept((byte)0));
        }
    }

    // One row for each generation of the SDK, and the spellings that people make by hand.
    [Theory]
    [InlineData("""{"secret_key":"aks_test_abc"}""", false, false, null)]
    [InlineData("""{"secret_key":"aks_test_abc","meter_slug":"chat"}""", false, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":null,"meter_slug":"chat"}""", false, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":null,"meter_slug":null,"provider_key":"sk-x"}""", false, false, "sk-x")]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"CUSTOMER","meter_slug":"chat"}""", true, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"user-ü","meter_slug":"chat","provider_key":"sk-x"}""", true, true, "sk-x")]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"user-\u00fc","meter_slug":"ch\u0061t"}""", true, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","connection_id":"CUSTOMER","meter_slug":"METER"}""", true, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","connection_secret":"cons_test_first","meter_secret":"ps_test_first"}""", true, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","connection_secret":"cons_test_first","product_secret":"ps_test_first"}""",
        true, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","connection_secret":null,"product_secret":null,"provider_key":"a\/b"}""",
        false, false, "a/b")]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"CUSTOMER","product_id":"METER"}""", true, true, null)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"CUSTOMER","meter_id":"METER"}""", true, true, null)]
    [InlineData(""" { "x" : [1, -2.5e3, {"y":[]}, true, false, null, "\ud83d\ude00"] , "secret_key" : "aks_test_abc" } """,
        false, false, null)]
    [InlineData("aks_test_abc.cons_test_first.ps_test_first", true, true, null)]
    [InlineData("aks_test_abc.cons_test_first.ps_test_first.sk.with.dots", true, true, "sk.with.dots")]
    [InlineData("aks_test_abc...sk-x", false, false, "sk-x")]
    [InlineData("aks_test_abc", false, false, null)]
    public void Resolve_TokenOfAnyGeneration_FindsAllItNames(string text, bool customer, bool meter, string? providerKey)
    {
        text = text.Replace("CUSTOMER", _callers.CustomerId).Replace("METER", _callers.MeterId);
        foreach (var credential in new[] { Callers.Encode(text), Callers.Encode(text).TrimEnd('='), Callers.EncodeUrlSafe(text) })
        {
            Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(credential, out var identity));
            Assert.Same(_callers.Merchant, identity.Merchant);
            Assert.Equal(customer ? _callers.Customer.Id : null, identity.Customer?.Id);
            Assert.Same(meter ? _callers.Meter : null, identity.Meter);
            Assert.Equal(providerKey ?? "", Encoding.UTF8.GetString(identity.ProviderKey.Span));
        }
    }

    [Theory]
    [InlineData("""{"secret_key":"aks_test_wrong"}""", AuthenticationOutcome.UnknownKey)]
    [InlineData("""{"secret_key":"something"}""", AuthenticationOutcome.UnknownKey)]
    [InlineData("""{"secret_key":""}""", AuthenticationOutcome.UnknownKey)]
    [InlineData("""{"secret_key":"lava_sk_1","customer_id":"x"}""", AuthenticationOutcome.SpendKeyInToken)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"nobody","meter_slug":"chat"}""", AuthenticationOutcome.UnknownCustomer)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"","meter_slug":"chat"}""", AuthenticationOutcome.UnknownCustomer)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"other","meter_slug":"chat"}""", AuthenticationOutcome.UnknownCustomer)]
    [InlineData("""{"secret_key":"aks_test_abc","connection_secret":"cons_live_other","meter_slug":"chat"}""",
        AuthenticationOutcome.UnknownCustomer)]
    [InlineData("""{"secret_key":"aks_test_abc","connection_secret":"CUSTOMER","meter_slug":"chat"}""",
        AuthenticationOutcome.UnknownCustomer)]
    [InlineData("""{"secret_key":"aks_test_abc","meter_slug":"other"}""", AuthenticationOutcome.UnknownMeter)]
    [InlineData("""{"secret_key":"aks_test_abc","meter_slug":""}""", AuthenticationOutcome.UnknownMeter)]
    [InlineData("""{"secret_key":"aks_live_other","meter_secret":"ps_test_first"}""", AuthenticationOutcome.UnknownMeter)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"user-ü"}""", AuthenticationOutcome.CustomerWithoutMeter)]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"user-ü","meter_slug":null}""", AuthenticationOutcome.CustomerWithoutMeter)]
    [InlineData("""{"secret_key":"aks_test_abc","provider_key":""}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","provider_key":"sk\r\nX-Evil: 1"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","provider_key":"sk x"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","provider_key":"skü"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","provider_key":7}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","secret_key":"aks_test_abc"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","secret\u005fkey":"aks_live_other"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","disable_billing":"true"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":null}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":["aks_test_abc"]}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"meter_slug":"chat"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{}""", AuthenticationOutcome.Malformed)]
    [InlineData("""[]""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc"}x""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc",}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc" "x":1}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","x":"\ud83d"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","x":"\q"}""", AuthenticationOutcome.Malformed)]
    [InlineData("""{"secret_key":"aks_test_abc","x":[[[[[[[[[[1]]]]]]]]]]}""", AuthenticationOutcome.Malformed)]
    [InlineData("{\"secret_key\":\"aks_test_abc\",\"x\":\"a\nb\"}", AuthenticationOutcome.Malformed)]
    [InlineData("hello, world", AuthenticationOutcome.Malformed)]
    [InlineData("", AuthenticationOutcome.Missing)]
    public void Resolve_TokenThatDoesNotHold_SaysWhy(string text, AuthenticationOutcome expected)
    {
        var credential = Callers.Encode(text.Replace("CUSTOMER", _callers.CustomerId));
        Assert.Equal(expected, _callers.Resolve(credential, out _));
    }

    [Theory]
    [InlineData("aks_test_unknown", AuthenticationOutcome.UnknownKey)]
    [InlineData("aks_", AuthenticationOutcome.UnknownKey)]
    [InlineData("lava_sk_abc", AuthenticationOutcome.UnknownSpendKey)]
    [InlineData("lava_wk_abc", AuthenticationOutcome.UnknownSpendKey)]
    [InlineData("sk-proj-abcdefgh", AuthenticationOutcome.Malformed)]
    [InlineData("{\"secret_key\":\"aks_test_abc\"}", AuthenticationOutcome.Malformed)]
    [InlineData("====", AuthenticationOutcome.Malformed)]
    [InlineData("A", AuthenticationOutcome.Malformed)]
    [InlineData("\u0000", AuthenticationOutcome.Malformed)]
    public void Resolve_TextThatIsNoToken_SaysWhy(string credential, AuthenticationOutcome expected) =>
        Assert.Equal(expected, _callers.Resolve(credential, out _));

    [Fact]
    public void Resolve_BytesThatAreNotUtf8_IsMalformed()
    {
        byte[] text = [.. "{\"secret_key\":\"aks_test_abc\",\"x\":\""u8, 0xC0, 0xAF, .. "\"}"u8];
        Assert.Equal(AuthenticationOutcome.Malformed, _callers.Resolve(Convert.ToBase64String(text), out _));
    }

    [Fact]
    public void Resolve_AtAndOverTheLimit_OkAndMalformed()
    {
        const string before = """{"secret_key":"aks_test_abc","x":" """;
        var full = (CredentialResolver.MaxBytes / 4 * 3) - before.Length - 2;
        Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(Callers.Encode(before + new string('x', full) + "\"}"), out _));
        Assert.Equal(AuthenticationOutcome.Malformed, _callers.Resolve(Callers.Encode(before + new string('x', full + 1) + "\"}"), out _));
        Assert.Equal(AuthenticationOutcome.Malformed, _callers.Resolve("aks_" + new string('x', CredentialResolver.MaxBytes), out _));
    }

    [Fact]
    public void Resolve_AnyCutOrChangedByte_NeverThrows()
    {
        var text = Encoding.UTF8.GetBytes("""{"secret_key":"aks_test_abc","a":{"b":[1,"\u00e9\ud83d\ude00"]},"provider_key":"sk\n"}""");
        for (var i = 0; i < text.Length; i++)
        {
            _callers.Resolve(Convert.ToBase64String(text.AsSpan(0, i)), out _);
            foreach (var value in "\0\"\\{}[],:u.9-\u007f"u8)
            {
                var changed = (byte[])text.Clone();
                changed[i] = value;
                _callers.Resolve(Convert.ToBase64String(changed), out _);
                _callers.Resolve(changed, out _);
            }
        }
    }

    [Fact]
    public void Resolve_AfterRevocation_UnknownAtOnce()
    {
        Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(Callers.Key, out _));
        Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(Callers.Key, out _));
        _callers.Accounts = _callers.Accounts.WithoutSecretKey(Callers.Digest(Callers.Key));
        Assert.Equal(AuthenticationOutcome.UnknownKey, _callers.Resolve(Callers.Key, out _));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(",\"disable_billing\":false", true)]
    [InlineData(",\"disable_billing\":null", true)]
    [InlineData(",\"disable_billing\":true", false)]
    public void IsBilled_DisableBilling_Decides(string field, bool billed)
    {
        var token = "{\"secret_key\":\"aks_test_abc\",\"customer_id\":\"user-ü\",\"meter_slug\":\"chat\"" + field + "}";
        Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(Callers.Encode(token), out var identity));
        Assert.Equal(billed, identity.IsBilled);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(99, false)]
    public void IsBilled_MeterInOrOutOfThePlan_Decides(int planMeter, bool billed)
    {
        _callers.GiveCustomerPlan(_callers.Id(planMeter));
        var token = Callers.Encode("""{"secret_key":"aks_test_abc","customer_id":"user-ü","meter_slug":"chat"}""");
        Assert.Equal(AuthenticationOutcome.Ok, _callers.Resolve(token, out var identity));
        Assert.Equal(billed, identity.IsBilled);
    }

    [Theory]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"CUSTOMER","meter_slug":"chat","provider_key":"sk-proj-1"}""")]
    [InlineData("""{"secret_key":"aks_test_abc","customer_id":"user-\u00fc","meter_slug":"chat","disable_billing":true}""")]
    [InlineData("""{"secret_key":"aks_test_abc","connection_secret":"cons_test_first","product_secret":"ps_test_first"}""")]
    [InlineData("""{"secret_key":"aks_test_unknown"}""")]
    [InlineData("""{"secret_key":"aks_test_abc","x":"\ud83d"}""")]
    public void Resolve_AgainAndAgain_AllocatesNothing(string text)
    {
        var credential = Encoding.UTF8.GetBytes(Callers.Encode(text.Replace("CUSTOMER", _callers.CustomerId)));
        Assert.Equal(0, Allocated(credential));
        Assert.Equal(0, Allocated(Encoding.UTF8.GetBytes(Callers.Key)));
    }

    private long Allocated(byte[] credential) => Allocations.Least(() =>
    {
        for (var i = 0; i < 1000; i++)
        {
            _callers.Resolve(credential, out _);
        }
    });
}
