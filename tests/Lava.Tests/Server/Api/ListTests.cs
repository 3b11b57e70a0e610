using System.Net;
using System.Text.Json;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class ListTests(ApiHost host)
{
    [Fact]
    public async Task List_ToTheEnd_GivesEachOnceNewestFirst()
    {
        var made = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            made.Add(await host.AddCustomerAsync(key: host.OtherKey));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var path = $"/v1/customers?limit=10{(cursor is null ? "" : $"&cursor={cursor}")}";
            var page = await host.OkAsync("GET", path, key: host.OtherKey);
            Assert.Equal(["data", "has_more", "next_cursor"], page.Names);
            seen.AddRange(page["data"].EnumerateArray().Select(item => item.GetProperty("customer_id").GetString()!));
            cursor = page["next_cursor"].GetString();
            Assert.Equal(cursor is not null, page["has_more"].GetBoolean());
        }
        while (cursor is not null);

        made.Reverse();
        Assert.Equal(made, seen.Take(25));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task List_WithoutLimit_GivesTen()
    {
        for (var i = 0; i < 11; i++)
        {
            await host.AddCustomerAsync();
        }

        var page = await host.OkAsync("GET", "/v1/customers");

        Assert.Equal(10, page["data"].GetArrayLength());
        Assert.Equal(JsonValueKind.String, page["next_cursor"].ValueKind);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=-1")]
    [InlineData("limit=ten")]
    [InlineData("limit=99999999999999999999")]
    [InlineData("cursor=x")]
    [InlineData("cursor=%00")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAA%20")]
    public async Task List_BadPaging_IsRefused(string query)
    {
        foreach (var path in new[] { "customers", "meters", "secret_keys", "requests" })
        {
            var answer = await host.SendAsync("GET", $"/v1/{path}?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal([query.Split('=')[0]], answer.ErrorFields);
        }
    }
}
