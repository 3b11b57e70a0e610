using System.Text;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>An answer of a native API, at the endpoint of the shipped table that it comes from, and what it says.</summary>
internal sealed record NativeFixture(string File, string Host, string Path, Usage Usage, long Text)
{
    private const string Bedrock = "bedrock-runtime.us-east-1.amazonaws.com";

    public static readonly NativeFixture[] All = [.. Converse(), .. Invoke(), .. Cohere(), .. Ollama()];

    public static TheoryData<string> Names => [.. All.Select(fixture => fixture.Name)];

    public bool IsError { get; init; }

    public ServiceTier Tier { get; init; }

    /// <summary>The answer's headers that count.</summary>
    public (FieldRole Role, string Value)[] Headers { get; init; } = [];


    /// <summary>The last message says nothing new: the one before it had the vendor's last word.</summary>
    public bool EndsBeforeItsLastMessage { get; init; }

    public string Name => Headers.Length == 0 ? File : $"{File} with headers";

    public ResponseFraming Framing { get; } = System.IO.Path.GetExtension(File) switch
    {
        ".sse" => ResponseFraming.Sse,
        ".ndjson" => ResponseFraming.Lines,
        ".frames" => ResponseFraming.EventStream,
        _ => ResponseFraming.Json,
    };

    public byte[] Bytes
    {
        get
        {
            var bytes = System.IO.File.ReadAllBytes(ScannerFixture.PathOf(File));
            return Framing == ResponseFraming.EventStream ? EventStreamMessages.Parse(Encoding.UTF8.GetString(bytes)) : bytes;
        }
    }

    public ProviderEndpoint Endpoint
    {
        get
        {
            Assert.True(ProviderCatalog.Default.TryFind(Host, out var provider));
            Assert.True(provider.TryMatch("POST", Path, out var endpoint, out _));
            return endpoint;
        }
    }

    public static NativeFixture Find(string name) => All.Single(fixture => fixture.Name == name);

    /// <summary>Starts over with this answer's headers.</summary>
    public void Reset(ResponseScanner scanner, ProviderEndpoint endpoint)
    {
        scanner.Reset(endpoint.Format, Framing, endpoint.Fields);
        foreach (var (role, value) in Headers)
        {
            scanner.TakeHeader(role, value);
        }
    }

    private static IEnumerable<NativeFixture> Converse()
    {
        var usage = Exact(new()
        {
            InputTokens = 3213,
            OutputTokens = 45,
            CachedInputTokens = 3000,
            CacheWriteInputTokens = 200,
            CacheWrite1hInputTokens = 50,
        });
        yield return new("bedrock-converse.json", Bedrock, "/model/m%3A0/converse", usage, 5 + 3) { Tier = ServiceTier.Priority };
        yield return new("bedrock-converse-stream.frames", Bedrock, "/model/m%3A0/converse-stream", usage, 5 + 3 + 27)
        {
            Tier = ServiceTier.Priority,
        };
        yield return new("bedrock-converse-exception.frames", Bedrock, "/model/m/converse-stream",
            new() { Reason = UsageReason.Cut }, 2)
        {
            IsError = true,
        };
    }

    private static IEnumerable<NativeFixture> Invoke()
    {
        const string stream = "/model/m/invoke-with-response-stream";
        const string whole = "/model/m/invoke";
        var anthropic = Exact(new()
        {
            InputTokens = 3210,
            OutputTokens = 45,
            CachedInputTokens = 3000,
            CacheWriteInputTokens = 200,
            CacheWrite1hInputTokens = 50,
        });
        var llama = Exact(new() { InputTokens = 12, OutputTokens = 3 });
        var titan = Exact(new() { InputTokens = 28, OutputTokens = 188 });
        var nova = Exact(new() { InputTokens = 56, OutputTokens = 5, CachedInputTokens = 40, CacheWriteInputTokens = 6 });
        yield return new("bedrock-invoke-anthropic.frames", Bedrock, stream, anthropic, 5 + 29)
        {
            EndsBeforeItsLastMessage = true,
        };
        yield return new("bedrock-invoke-llama.frames", Bedrock, stream, llama, 5);
        yield return new("bedrock-invoke-titan.frames", Bedrock, stream, titan, 10);
        yield return new("bedrock-invoke-nova.frames", Bedrock, stream, nova, 2);
        yield return new("bedrock-invoke-mistral.frames", Bedrock, stream, Exact(new() { InputTokens = 9, OutputTokens = 4 }), 7);
        yield return new("bedrock-invoke-llama.json", Bedrock, whole, llama, 5);
        yield return new("bedrock-invoke-llama.json", Bedrock, whole, llama, 5) { Headers = HeadersOf("12", "3") };
        yield return new("bedrock-invoke-titan.json", Bedrock, whole, titan, 9);
        yield return new("bedrock-invoke-nova.json", Bedrock, whole, nova, 2);
        yield return new("bedrock-invoke-nova.json", Bedrock, whole, nova, 2) { Headers = HeadersOf("10", "5", "40", "6") };
        yield return new("bedrock-invoke-anthropic.json", Bedrock, whole, Exact(new()
        {
            InputTokens = 11470,
            OutputTokens = 44,
            CachedInputTokens = 9511,
            CacheWriteInputTokens = 1956,
            CacheWrite1hInputTokens = 56,
        }), 2)
        {
            Headers = HeadersOf("3", "44", "9511", "1956"),
        };
        yield return new("bedrock-invoke-cohere.json", Bedrock, whole, new() { Reason = UsageReason.Missing }, 0);
        yield return new("bedrock-invoke-cohere.json", Bedrock, whole,
            Exact(new() { InputTokens = 56, OutputTokens = 1, CachedInputTokens = 40, CacheWriteInputTokens = 6 }), 0)
        {
            Headers = HeadersOf("10", "1", "40", "6"),
        };
    }

    private static IEnumerable<NativeFixture> Cohere()
    {
        const string host = "api.cohere.com";
        var usage = Exact(new() { InputTokens = 12, OutputTokens = 7 });
        yield return new("cohere-chat.json", host, "/v2/chat", usage, 5);
        yield return new("cohere-chat.sse", host, "/v2/chat", usage, 5 + 1 + 28);
        yield return new("cohere-chat-v1.ndjson", host, "/v1/chat", usage, 2);
        yield return new("cohere-rerank.json", host, "/v2/rerank", Exact(new() { ProviderMicrounits = 3_000_000 }), 0);
        yield return new("cohere-embed.json", host, "/v2/embed", Exact(new() { InputTokens = 108, Images = 2 }), 0);
    }

    private static IEnumerable<NativeFixture> Ollama()
    {
        const string host = "ollama.com";
        yield return new("ollama-chat.ndjson", host, "/api/chat", Exact(new() { InputTokens = 17, OutputTokens = 63 }), 5);
        yield return new("ollama-embed.json", host, "/api/embed", Exact(new() { InputTokens = 8 }), 0);
    }

    private static (FieldRole, string)[] HeadersOf(string input, string output, string? read = null, string? written = null) =>
    [
        (FieldRole.UncachedInputTokens, input),
        (FieldRole.OutputTokens, output),
        .. read is null ? [] : new[] { (FieldRole.CachedInputTokens, read), (FieldRole.CacheWriteInputTokens, written!) },
    ];

    private static Usage Exact(Usage usage) => usage with { Certainty = UsageCertainty.Exact };
}
