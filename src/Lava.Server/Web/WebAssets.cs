using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Server.Web;

/// <summary>
/// The files that pages use, embedded in the binary. All of them are served under one version, which is in their path: modules find each
/// other by relative names, and browsers keep them for ever.
/// </summary>
internal static class WebAssets
{
    private const string Prefix = "web/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".mjs"] = "text/javascript; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".json"] = "application/json",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Read when a page is first asked for, not at the start.
    private static readonly Lazy<(string Version, FrozenDictionary<string, WebAsset> Files)> All = new(Load);

    /// <summary>16 hexadecimal digits of the SHA-256 of all files.</summary>
    public static string Version => All.Value.Version;

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Value.Files.Keys;

    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/assets/{version}/{name}", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    /// <summary>A text file embedded beside the pages.</summary>
    public static string ReadText(string name)
    {
        using var reader = new StreamReader(Open(typeof(WebAssets).Assembly, name));
        return reader.ReadToEnd();
    }

    private static Task AnswerAsync(HttpContext http)
    {
        var (version, files) = All.Value;
        var response = http.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        if ((string?)http.Request.RouteValues["version"] != version
            || !files.TryGetValue((string)http.Request.RouteValues["name"]!, out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.ETag = file.Tag;
        response.Headers.Vary = "accept-encoding";
        if (http.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var (bytes, encoding) = file.In(http.Request.Headers.AcceptEncoding.ToString());
        response.Headers.ContentEncoding = encoding;
        response.ContentType = file.ContentType;
        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    private static (string Version, FrozenDictionary<string, WebAsset> Files) Load()
    {
        var own = typeof(WebAssets).Assembly;
        var files = own.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => (Name: name[Prefix.Length..], Bytes: Read(own, name)))
            .Append((Name: TestCards.FileName, Bytes: Read(typeof(TestCards).Assembly, TestCards.FileName)))
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(bytes);
        }

        var version = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        return (version, files.ToFrozenDictionary(file => file.Name, file => Make(file.Name, file.Bytes), StringComparer.Ordinal));
    }

    private static WebAsset Make(string name, byte[] bytes) => new(bytes, Types[Path.GetExtension(name)], Tag(bytes));

    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(UInt256.Sha256(bytes).ToArray().AsSpan(0, 8))}\"";

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = Open(assembly, name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Stream Open(Assembly assembly, string name) =>
        assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
}
