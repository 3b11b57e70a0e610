using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Lava.Metering.Catalog;
using Lava.Server.Api.Services;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class CatalogEndpointsTests(ApiHost host)
{
    private static readonly PriceCatalog Catalog = PriceCatalog.Parse(
        """
        version 7
        openai gpt-a 2026-01-01 input=1 output=2 cached=0.5 audio_in=4 web_search=10 context=1000 max_output=100 source=s
        openai gpt-a 2026-06-01 input=3 output=4 context=1000 max_output=100 source=s
        openai text-embedding-b 2026-02-01 input=1 output=0 context=1000 max_output=0 source=s
        anthropic claude-c 2026-03-01 input=1 output=2 context=1000 max_output=100 source=s
        google gemini-d 2026-03-01 input=1 output=2 context=1000 max_output=100 source=s
        """,
        "test");

    [Fact]
    public async Task Models_WithoutAKey_AreThoseOfTheCatalog()
    {
        using var response = await host.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal("list", json.GetProperty("object").GetString());
        var model = json.GetProperty("data").EnumerateArray().Single(model => model.GetProperty("id").GetString() == "gpt-4o-mini");
        Assert.Equal(["id", "object", "created", "owned_by"], model.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("model", "openai"), (model.GetProperty("object").GetString(), model.GetProperty("owned_by").GetString()));
        Assert.True(json.GetProperty("data").EnumerateArray().All(model => model.GetProperty("created").GetInt64() > 1_600_000_000));
    }

    [Fact]
    public void Pages_OfABook_HaveItsPricesAndTheFirstDay()
    {
        var (early, late) = (Pages(new DateOnly(2026, 1, 1)), Pages(new DateOnly(2026, 7, 1)));

        var models = Parse(late.Models).GetProperty("data");
        Assert.Equal(
            ["gpt-a", "text-embedding-b", "claude-c", "gemini-d"],
            models.EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Equal(1_767_225_600, models[0].GetProperty("created").GetInt64());
        var service = Parse(early.ServicesOf("openai")).GetProperty("data")[0];
        Assert.Equal(
            """
            {"type":"tokens_1m","input":"1.0000000000","output":"2.0000000000","cache_input_read":"0.5000000000",
            "audio":{"input":"4.0000000000"}}
            """.ReplaceLineEndings(""),
            service.GetProperty("pricing").GetRawText());
        Assert.Equal("""["prompt_caching","audio_input","web_search"]""", service.GetProperty("capabilities").GetRawText());
        Assert.Equal("https://api.openai.com/v1/chat/completions", service.GetProperty("url_template").GetString());
        var later = Parse(late.ServicesOf("openai")).GetProperty("data")[0].GetProperty("pricing");
        Assert.Equal("3.0000000000", later.GetProperty("input").GetString());
        Assert.NotEqual(early.AllServices.ETag, late.AllServices.ETag);
    }

    [Fact]
    public void Pages_Endpoints_AreThoseThatServeTheModel()
    {
        var pages = Pages(new DateOnly(2026, 7, 1));

        var templates = Parse(pages.AllServices).GetProperty("data").EnumerateArray()
            .ToDictionary(service => service.GetProperty("id").GetString()!, service => service.GetProperty("url_template").GetString());
        Assert.Equal("https://api.openai.com/v1/embeddings", templates["text-embedding-b"]);
        Assert.Equal("https://api.anthropic.com/v1/messages", templates["claude-c"]);
        Assert.Contains("{model}:generateContent", templates["gemini-d"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_OfOneProvider_AreItsOwn()
    {
        var answer = await host.OkAsync("GET", "/v1/services?provider=openai");

        Assert.Equal(["object", "data", "providers"], answer.Names);
        var owner = Assert.Single(answer["providers"].EnumerateArray());
        Assert.Equal(("openai", true), (owner.GetProperty("id").GetString(), owner.GetProperty("managed").GetBoolean()));
        Assert.Equal(owner.GetProperty("entry_count").GetInt32(), answer["data"].GetArrayLength());
        var others = (await host.OkAsync("GET", "/v1/services"))["providers"].EnumerateArray();
        Assert.False(others.Single(other => other.GetProperty("id").GetString() == "anthropic").GetProperty("managed").GetBoolean());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("OPENAI")]
    [InlineData("%00")]
    [InlineData("';drop%20table%20plans;--")]
    [InlineData("%ff%fe")]
    public async Task Services_OfNobody_AreNone(string provider) => Assert.Equal(
        """{"object":"list","data":[],"providers":[]}""", (await host.OkAsync("GET", $"/v1/services?provider={provider}")).Text);

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/v1/services")]
    public async Task Get_KnownETag_IsNotSentAgain(string path)
    {
        using var first = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        using var again = await SendAsync(path, first.Headers.ETag!);
        using var other = await SendAsync(path, new EntityTagHeaderValue("\"other\""));

        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.SendAsync("POST", path)).Status);
    }

    private static CatalogPages Pages(DateOnly day) => new(Catalog.On(day), Catalog, ProviderCatalog.Default, _ => true);

    private static JsonElement Parse(CatalogPage page) => JsonDocument.Parse(page.Json).RootElement;

    private async Task<HttpResponseMessage> SendAsync(string path, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(tag);
        return await host.Client.SendAsync(request);
    }
}
