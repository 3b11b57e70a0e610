using System.Net;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class SecretKeyEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Create_Key_IsShownOnceAndWorksUntilDeleted()
    {
        var made = await host.SendAsync("POST", "/v1/secret_keys", """{"name":"CI"}""");
        var key = made["secret_key"].GetString()!;
        var id = made["secret_key_id"].GetString()!;

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(["secret_key_id", "name", "secret_key_hint", "created_at", "secret_key"], made.Names);
        Assert.Matches("^aks_test_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal($"aks_test_...{key[^4..]}", made["secret_key_hint"].GetString());
        var listed = (await host.OkAsync("GET", "/v1/secret_keys", key: key))["data"][0];
        Assert.Equal(id, listed.GetProperty("secret_key_id").GetString());
        Assert.False(listed.TryGetProperty("secret_key", out _));

        var deleted = await host.OkAsync("DELETE", $"/v1/secret_keys/{id}");

        Assert.Equal($$"""{"id":"{{id}}","deleted":true}""", deleted.Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/v1/customers", key: key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", $"/v1/secret_keys/{id}")).Status);
    }

    [Fact]
    public async Task Delete_LastKey_IsRefused()
    {
        var only = (await host.OkAsync("GET", "/v1/secret_keys", key: host.OtherKey))["data"][0].GetProperty("secret_key_id").GetString();

        var answer = await host.SendAsync("DELETE", $"/v1/secret_keys/{only}", key: host.OtherKey);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await host.OkAsync("GET", "/v1/secret_keys", key: host.OtherKey);
    }

    [Fact]
    public async Task Delete_OtherMerchantsKey_IsNotFound()
    {
        var other = (await host.OkAsync("GET", "/v1/secret_keys", key: host.OtherKey))["data"][0].GetProperty("secret_key_id").GetString();

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", $"/v1/secret_keys/{other}")).Status);
    }

    [Fact]
    public async Task Delete_LastTwoAtOnce_KeepsOne()
    {
        var (_, key) = await host.AddMerchantAsync(true);
        await host.OkAsync("POST", "/v1/secret_keys", """{"name":"second"}""", key);
        var keys = (await host.OkAsync("GET", "/v1/secret_keys", key: key))["data"].EnumerateArray()
            .Select(item => item.GetProperty("secret_key_id").GetString()).ToArray();

        await Task.WhenAll(keys.Select(id => host.SendAsync("DELETE", $"/v1/secret_keys/{id}", key: key)));

        await using var command = host.Source.CreateCommand(
            "select count(*) from secret_keys k join secret_keys f using (merchant_id) where f.digest = $1 and k.deleted_at is null");
        command.Parameters.Add(new() { Value = Lava.Server.Api.SecretKeys.SecretKeyText.Digest(key).ToArray() });
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Create_WithoutName_IsRefused()
    {
        Assert.Equal(["name"], (await host.SendAsync("POST", "/v1/secret_keys", "{}")).ErrorFields);
        Assert.Equal(["name"], (await host.SendAsync("POST", "/v1/secret_keys", """{"name":null}""")).ErrorFields);
    }
}
