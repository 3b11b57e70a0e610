using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using Lava.Server.Web;
using Lava.Testing.Checkout;

namespace Lava.Tests.Server.Web;

public sealed class WebAssetsTests : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private CheckoutServer _server = null!;

    public static TheoryData<string> Modules =>
        [.. SourceTree.FilesUnder("src", ".mjs").Concat(SourceTree.FilesUnder("tests/Lava.FunctionalTests/Checkout", ".mjs"))];

    public async Task InitializeAsync() => _server = await CheckoutServer.StartAsync();

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public void Names_EveryFileOfTheFolders_IsThereOnce()
    {
        var folder = Path.Combine(SourceTree.Root, "src", "Lava.Server", "Web");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "assets")
            .Select(Path.GetFileName).Append("test-cards.json");
        Assert.Equal(files.Order(), WebAssets.Names.Order());
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public async Task Module_IsWellFormedAndTidy(string path)
    {
        var lines = SourceTree.Read(path).Split('\n');
        Assert.DoesNotContain(lines, line => line.Length > 140 || line.Contains('\t') || line != line.TrimEnd());
        using var node = Process.Start(new ProcessStartInfo("node", ["--check", Path.Combine(SourceTree.Root, path)])
        {
            RedirectStandardError = true,
        })!;
        var errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, errors);
    }

    [Theory]
    [InlineData("page.mjs", "text/javascript; charset=utf-8")]
    [InlineData("checkout.css", "text/css; charset=utf-8")]
    [InlineData("icon.svg", "image/svg+xml")]
    [InlineData("test-cards.json", "application/json")]
    public async Task Get_KnownName_IsKeptForEver(string name, string type)
    {
        using var answer = await GetAsync(name, WebAssets.Version);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", Assert.Single(answer.Headers.NonValidated["cache-control"]));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("x-content-type-options")));
        using var again = await GetAsync(name, WebAssets.Version, ("if-none-match", answer.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Get_Encodings_UnpackToTheSameBytes()
    {
        var plain = await (await GetAsync("page.mjs", WebAssets.Version)).Content.ReadAsByteArrayAsync();
        using var brotli = await GetAsync("page.mjs", WebAssets.Version, ("accept-encoding", "gzip, deflate, br"));
        Assert.Equal("br", Assert.Single(brotli.Content.Headers.ContentEncoding));
        Assert.Equal(plain, Read(new BrotliStream(await brotli.Content.ReadAsStreamAsync(), CompressionMode.Decompress)));
        using var gzip = await GetAsync("page.mjs", WebAssets.Version, ("accept-encoding", "gzip"));
        Assert.Equal("gzip", Assert.Single(gzip.Content.Headers.ContentEncoding));
        Assert.Equal(plain, Read(new GZipStream(await gzip.Content.ReadAsStreamAsync(), CompressionMode.Decompress)));
        Assert.Equal(plain, Encoding.UTF8.GetBytes(SourceTree.Read("src/Lava.Server/Web/Checkout/assets/page.mjs")));
    }

    [Theory]
    [InlineData("page.mjs", "0000000000000000")]
    [InlineData("none.mjs", null)]
    [InlineData("..%2fpage.mjs", null)]
    public async Task Get_OtherVersionOrName_IsNotFound(string name, string? version)
    {
        using var answer = await GetAsync(name, version ?? WebAssets.Version);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Null(answer.Headers.CacheControl);
    }

    private static byte[] Read(Stream stream)
    {
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private Task<HttpResponseMessage> GetAsync(string name, string version, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{_server.Url}assets/{version}/{name}");
        foreach (var (header, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return _client.SendAsync(request);
    }
}
