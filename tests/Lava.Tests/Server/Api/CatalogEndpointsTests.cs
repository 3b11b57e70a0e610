using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Lava.Metering.Catalog;
using Lava.Server.Api.Json;
using Lava.Server.Api.Services;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class CatalogEndpointsTests(ApiHost host)
{
    private static readonly string[] Types =
    [
        "chat", "embedding", "image", "job", "ocr", "realtime", "rerank", "search", "speech", "transcription", "video",
    ];

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
            "cost_per_1k_searches":"10.0000000000","audio":{"input":"4.0000000000"}}
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
            .ToLookup(service => service.GetProperty("id").GetString()!, service => service.GetProperty("url_template").GetString());
        Assert.Equal(["https://api.openai.com/v1/embeddings"], templates["text-embedding-b"]);
        Assert.Equal(["https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/responses"], templates["gpt-a"].Order());
        Assert.Equal(
            ["https://api.anthropic.com/v1/chat/completions", "https://api.anthropic.com/v1/messages"], templates["claude-c"].Order());
        Assert.Contains("https://generativelanguage.googleapis.com/*/models/{model}:generateContent", templates["gemini-d"]);
    }

    [Fact]
    public void Services_Shipped_AreOnceEachAndTellWhatTheirEndpointDoes()
    {
        var services = Shipped().GetProperty("data").EnumerateArray().ToList();

        Assert.All(
            services.GroupBy(service => $"{service.GetProperty("provider")} {service.GetProperty("id")} {service.GetProperty("endpoint")}"),
            same => Assert.Single(same));
        Assert.All(services, service => Assert.Contains(service.GetProperty("service_type").GetString(), Types));
        Assert.Equal("Anthropic", services.First(service => service.GetProperty("provider").GetString() == "anthropic")
            .GetProperty("provider_label").GetString());
    }

    [Theory]
    [InlineData("openai", "gpt-4o", "chat", "/v1/chat/completions /v1/responses")]
    [InlineData("openai", "gpt-5-pro", "chat", "/v1/responses")]
    [InlineData("openai", "text-embedding-3-small", "embedding", "/v1/embeddings")]
    [InlineData("openai", "gpt-image-1", "image", "/v1/images/edits /v1/images/generations")]
    [InlineData("openai", "dall-e-3", "image", "/v1/images/edits /v1/images/generations")]
    [InlineData("openai", "tts-1", "speech", "/v1/audio/speech")]
    [InlineData("openai", "gpt-4o-mini-tts", "speech", "/v1/audio/speech")]
    [InlineData("openai", "whisper-1", "transcription", "/v1/audio/transcriptions /v1/audio/translations")]
    [InlineData("openai", "gpt-realtime", "realtime", "/v1/realtime")]
    [InlineData("openai", "sora-2", "video", "/v1/videos /v1/videos/*/remix")]
    [InlineData("openai", "batch", "job", "/v1/batches")]
    [InlineData("openai", "omni-moderation-latest", "", "")]
    [InlineData("mistral", "mistral-ocr-2512", "ocr", "/v1/ocr")]
    [InlineData("cohere", "rerank-v3.5", "rerank", "/v1/rerank /v2/rerank")]
    [InlineData("voyage", "rerank-2.5", "rerank", "/v1/rerank")]
    [InlineData("google", "imagen-4.0-generate-001", "image", "/*/models/{model}:predict")]
    [InlineData("google", "veo-3.1-generate-preview", "video", "/*/models/{model}:predictLongRunning")]
    [InlineData("google", "gemini-live-2.5-flash", "", "")]
    [InlineData("vertex", "text-embedding-005", "embedding", "/*/projects/*/locations/*/publishers/google/models/{model}:embedContent "
        + "/*/projects/*/locations/*/publishers/google/models/{model}:predict /*/publishers/google/models/{model}:predict")]
    [InlineData("vertex", "claude-opus-5", "chat", "/*/projects/*/locations/*/publishers/anthropic/models/{model}:rawPredict "
        + "/*/projects/*/locations/*/publishers/anthropic/models/{model}:streamRawPredict")]
    [InlineData("azure", "claude-opus-5", "chat", "/anthropic/v1/messages")]
    [InlineData("bedrock", "amazon.nova-canvas-v1:0", "image", "/model/{model}/invoke /model/{model}/invoke-with-response-stream")]
    [InlineData("bedrock", "amazon.nova-pro-v1:0", "chat", "/model/{model}/converse /model/{model}/converse-stream /model/{model}/invoke "
        + "/model/{model}/invoke-with-response-stream")]
    [InlineData("elevenlabs", "scribe_v1", "transcription", "/v1/speech-to-text")]
    [InlineData("deepgram", "nova-3", "transcription", "/v1/listen")]
    [InlineData("tavily", "search-advanced", "search", "/search")]
    [InlineData("perplexity", "search", "", "")]
    [InlineData("stability", "stable-image-core", "image", "/v2beta/stable-image/generate/core")]
    [InlineData("black-forest-labs", "flux-dev", "job", "/v1/{model}")]
    public void Services_OfAModel_AreTheEndpointsThatServeIt(string provider, string model, string type, string endpoints)
    {
        var services = Shipped().GetProperty("data").EnumerateArray().Where(service =>
            service.GetProperty("provider").GetString() == provider && service.GetProperty("id").GetString() == model).ToList();

        Assert.Equal(endpoints, string.Join(' ', services.Select(service => service.GetProperty("endpoint").GetString()).Order()));
        Assert.All(services, service => Assert.Equal(type, service.GetProperty("service_type").GetString()));
    }

    [Theory]
    [InlineData("openai", "sora-2", "id", "https://api.openai.com/v1/videos/{job}")]
    [InlineData("runway", "gen4_turbo", "id", "https://api.dev.runwayml.com/v1/tasks/{job}")]
    [InlineData("black-forest-labs", "flux-dev", "id", "https://api.bfl.ai/v1/get_result?id={job}")]
    [InlineData("fal", "fal-ai/flux/schnell", "request_id", "https://queue.fal.run/{model}/requests/{job}")]
    public void Services_OfAJob_SayHowItsResultIsFetched(string provider, string model, string id, string url)
    {
        var service = Shipped().GetProperty("data").EnumerateArray().First(service =>
            service.GetProperty("provider").GetString() == provider && service.GetProperty("id").GetString() == model);

        var workflow = service.GetProperty("workflow");
        Assert.Equal(("poll", id, url), (Text("kind"), Text("id_field"), Text("url_template")));
        Assert.True(workflow.GetProperty("poll_after").GetInt32() > 0);

        string? Text(string name) => workflow.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("image=0.04", """{"type":"images","cost_per_image":"0.0400000000"}""")]
    [InlineData("page=0.002", """{"type":"pages","cost_per_page":"0.0020000000"}""")]
    [InlineData("request=0.005", """{"type":"requests","cost_per_request":"0.0050000000"}""")]
    [InlineData("unit=0.008 request=0.008",
        """{"type":"provider_units","cost_per_request":"0.0080000000","cost_per_provider_unit":"0.0080000000"}""")]
    [InlineData("characters_in=15", """{"type":"characters_1m","input":"15.0000000000","characters":{"input":"15.0000000000"}}""")]
    [InlineData("second_out=0.1", """{"type":"seconds","output":"0.1000000000","seconds":{"output":"0.1000000000"}}""")]
    [InlineData(
        "input=1 output=2 cached=0.5 above=200000 long_input=2 long_output=3 flex_in=0.5 flex_out=1 regional=1.1 context=9 max_output=9",
        """
        {"type":"tokens_1m","input":"1.0000000000","output":"2.0000000000","cache_input_read":"0.5000000000","long_context":{"above":200000,
        "input":"2.0000000000","output":"3.0000000000"},"service_tiers":[{"tier":"flex","input":"0.5000000000","output":"1.0000000000",
        "cache_input_read":"0.2500000000"}],"regional_factor":1.1}
        """)]
    public void Pricing_OfARow_HasAllItsUnits(string row, string expected)
    {
        var book = PriceCatalog.Parse($"version 1\nopenai m 2026-01-01 {row} source=s", "test").On(new DateOnly(2026, 1, 1));
        Assert.True(book.TryFind("openai", "m"u8, out var price));

        Assert.Equal(expected.ReplaceLineEndings(""), JsonSerializer.Serialize(PricingView.From(price), ApiJson.Shape.PricingView));
    }

    [Fact]
    public void Models_Shipped_HaveEachIdOnce()
    {
        var models = Parse(ShippedPages().Models).GetProperty("data").EnumerateArray().ToList();

        Assert.All(
            models.GroupBy(model => model.GetProperty("id").GetString(), StringComparer.OrdinalIgnoreCase), same => Assert.Single(same));
        var claude = models.Single(model => model.GetProperty("id").GetString() == "claude-opus-5");
        Assert.Equal("anthropic", claude.GetProperty("owned_by").GetString());
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

    private static CatalogPages ShippedPages()
    {
        var catalog = PriceCatalog.Shipped();
        return new CatalogPages(catalog.On(new DateOnly(2026, 11, 1)), catalog, ProviderCatalog.Default, _ => true);
    }

    private static JsonElement Shipped() => Parse(ShippedPages().AllServices);

    private static JsonElement Parse(CatalogPage page) => JsonDocument.Parse(page.Json).RootElement;

    private async Task<HttpResponseMessage> SendAsync(string path, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(tag);
        return await host.Client.SendAsync(request);
    }
}
