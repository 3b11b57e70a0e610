using System.Net;

namespace Lava.Tests.Server.Api;

/// <summary>Secret keys under the name of the SDKs 9 and 10.</summary>
[Collection(ApiCollection.Name)]
public sealed class WalletKeyEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task List_SecretKeys_AreShownUnderTheirOlderName()
    {
        var (_, key) = await host.AddMerchantAsync(true);
        var made = await host.SendAsync("POST", "/v1/secret_keys", """{"name":"CI"}""", key);
        var wallet = (await host.OkAsync("GET", "/v1/wallet", key: key))["wallet_id"].GetString();

        var page = await host.OkAsync("GET", "/v1/wallet_keys?limit=1", key: key);
        var rest = await host.OkAsync("GET", $"/v1/wallet_keys?cursor={page["next_cursor"].GetString()}", key: key);

        var shown = Assert.Single(page["data"].EnumerateArray());
        Assert.Equal(
            ["wallet_key_id", "key_preview", "name", "wallet_id", "last_used_at", "created_at"],
            shown.EnumerateObject().Select(member => member.Name));
        Assert.Equal(made["secret_key_id"].GetString(), shown.GetProperty("wallet_key_id").GetString());
        Assert.Equal(made["secret_key_hint"].GetString(), shown.GetProperty("key_preview").GetString());
        Assert.Equal(("CI", wallet), (shown.GetProperty("name").GetString(), shown.GetProperty("wallet_id").GetString()));
        Assert.Equal("First", Assert.Single(rest["data"].EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Rotate_Key_KeepsItsIdAndReplacesItsText()
    {
        var made = await host.SendAsync("POST", "/v1/secret_keys", """{"name":"turns"}""");
        var (id, first) = (made["secret_key_id"].GetString()!, made["secret_key"].GetString()!);

        var rotated = await host.OkAsync("POST", $"/v1/wallet_keys/{id}/rotate", key: first);

        var second = rotated["key"].GetString()!;
        Assert.Equal((id, "turns"), (rotated["wallet_key_id"].GetString(), rotated["name"].GetString()));
        Assert.Equal($"aks_test_...{second[^4..]}", rotated["key_preview"].GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/v1/customers", key: first)).Status);
        var listed = (await host.OkAsync("GET", "/v1/secret_keys?limit=100", key: second))["data"].EnumerateArray()
            .Single(each => each.GetProperty("secret_key_id").GetString() == id);
        Assert.Equal(rotated["key_preview"].GetString(), listed.GetProperty("secret_key_hint").GetString());
        Assert.Equal("""{"success":true}""", (await host.OkAsync("DELETE", $"/v1/wallet_keys/{id}")).Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/v1/customers", key: second)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("POST", $"/v1/wallet_keys/{id}/rotate")).Status);
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/rotate")]
    public async Task Change_KeyOfAnother_IsNotFoundAndLeavesIt(string method, string action)
    {
        var others = (await host.OkAsync("GET", "/v1/wallet_keys", key: host.OtherKey))["data"][0].GetProperty("wallet_key_id").GetString();

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, $"/v1/wallet_keys/{others}{action}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(method, $"/v1/wallet_keys/none{action}")).Status);
        await host.OkAsync("GET", "/v1/wallet_keys", key: host.OtherKey);
    }

    [Fact]
    public async Task Delete_LastKey_IsRefused()
    {
        var only = (await host.OkAsync("GET", "/v1/wallet_keys", key: host.OtherKey))["data"][0].GetProperty("wallet_key_id").GetString();

        Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync("DELETE", $"/v1/wallet_keys/{only}", key: host.OtherKey)).Status);
    }
}
