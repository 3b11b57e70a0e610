using System.Text;
using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

public sealed class ProviderDocumentTests
{
    private const string Sets =
        """{ "formats": { "OpenAiChat": [ { "path": "/chat", "format": "OpenAiChat", "includeUsage": true } ] } }""";

    [Fact]
    public void Merge_RowsOfOneName_AddHostsAndEndpoints()
    {
        var provider = Assert.Single(Merge(
            Sets,
            """{ "providers": [ { "name": "acme", "endpoints": [ { "path": "/native", "format": "Gemini" } ] } ] }""",
            """
            { "providers": [ { "name": "acme", "label": "Acme", "hosts": ["a.test"], "tenantHosts": ["*.a.test"], "keyHeader": "k",
              "keyPrefix": "", "keyVariables": ["ACME"], "apis": [ { "api": "OpenAiChat", "base": "/v1" } ] } ] }
            """).Providers);
        Assert.Equal(("Acme", "k", ""), (provider.Label, provider.KeyHeader, provider.KeyPrefix));
        Assert.Equal(["a.test", "*.a.test"], provider.Hosts);
        Assert.Equal(["*.a.test"], provider.TenantHosts);
        Assert.Equal(["/native", "/v1/chat"], provider.Endpoints.Select(endpoint => endpoint.Path));
        Assert.Equal((ApiFormat.OpenAiChat, false), (provider.Endpoints[1].Format, provider.Endpoints[1].IncludeUsage));
    }

    [Theory]
    [InlineData("""{ "name": "a", "endpoints": [ { "path": "/x" } ] }""", "lacks hosts")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"] }""", "lacks endpoints")]
    [InlineData("""{ "name": "a", "hosts": ["*.test"], "endpoints": [ { "path": "/x" } ] }""", "*.test")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"], "endpoints": [ { "path": "/x" }, { "path": "/x" } ] }""", "POST /x twice")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"], "apis": [ { "api": "No" } ] }""", "'No'")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"], "endpoints": [ { "path": "/x*" } ] }""", "/x*")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"], "endpoints": [ { "path": "/x", "model": "body:x" } ] }""", "body:x")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"], "endpoints": [ { "path": "/x", "jobId": "x" } ] }""", "query:NAME")]
    [InlineData("""{ "name": "a", "hosts": ["a.test"], "endpoints": [ { "path": "/x", "formatt": "Gemini" } ] }""", "formatt")]
    [InlineData(
        """{ "name": "a", "keyHeader": "x" }, { "name": "a", "keyHeader": "y", "hosts": ["a.test"], "endpoints": [ { "path": "/x" } ] }""",
        "keyHeader")]
    public void Merge_MistakeInAFile_IsToldByName(string rows, string told)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Merge(Sets, $$"""{ "providers": [ {{rows}} ] }"""));
        Assert.Contains(told, exception.Message, StringComparison.Ordinal);
    }

    private static ProviderDocument Merge(params string[] files) => ProviderDocument.Merge(
    [
        .. files.Select(file => ProviderFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(file)), "test.json")),
    ]);
}
