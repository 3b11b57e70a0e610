using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>An answer of an endpoint that has a table of its own, and what it says: counts that are 0 are left out.</summary>
public sealed record FieldFixture(string File, string Call, Usage Usage, string Model = "", string Id = "")
{
    /// <summary>All of them.</summary>
    public static readonly FieldFixture[] All = [.. Speech(), .. Images(), .. Jobs(), .. Search(), .. DashScope(), .. Google()];

    public static TheoryData<string> Names => [.. All.Select(fixture => fixture.File)];

    public string Headers { get; init; } = "";

    public JobState Job { get; init; }

    public bool IsError { get; init; }

    public ServiceTier Tier { get; init; }

    public ResponseFraming Framing => File.EndsWith(".sse", StringComparison.Ordinal) ? ResponseFraming.Sse : ResponseFraming.Json;

    public byte[] Bytes => System.IO.File.ReadAllBytes(ScannerFixture.PathOf(Path.Combine("Fields", File)));

    public ProviderEndpoint Endpoint => Find(Call);

    public static FieldFixture FindFile(string file) => All.Single(fixture => fixture.File == file);

    /// <summary>The endpoint of "POST api.openai.com/v1/audio/speech".</summary>
    public static ProviderEndpoint Find(string call)
    {
        var parts = call.Split(' ');
        var slash = parts[1].IndexOf('/');
        Assert.True(ProviderCatalog.Default.TryFind(parts[1].AsSpan(0, slash), out var provider), call);
        Assert.True(provider.TryMatch(parts[0], parts[1].AsSpan(slash), out var endpoint, out _), call);
        Assert.True(endpoint.Format == ApiFormat.Fields, call);
        return endpoint;
    }

    public ResponseScanner Start(ResponseScanner scanner)
    {
        var endpoint = Endpoint;
        scanner.Reset(endpoint.Format, Framing, endpoint.Fields);
        foreach (var header in Headers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split('=')))
        {
            scanner.TakeHeader(endpoint.Headers[header[0]], header[1]);
        }

        return scanner;
    }

    public static string Describe(ResponseScanner scanner) =>
        $"{scanner.Usage} {Encoding.UTF8.GetString(scanner.Model)} {Encoding.UTF8.GetString(scanner.ResponseId)} " +
        $"{scanner.Job} {scanner.ServiceTier} {scanner.IsError} {scanner.OutputTextBytes}";

    private static IEnumerable<FieldFixture> Speech()
    {
        const string transcription = "POST api.openai.com/v1/audio/transcriptions";
        yield return new("openai-transcription-seconds.json", transcription, Exact(new() { InputMicroseconds = 9_000_000 }));
        yield return new("openai-transcription-tokens.json", transcription,
            Exact(new() { InputTokens = 140, OutputTokens = 31, AudioInputTokens = 120 }));
        yield return new("openai-transcription-stream.sse", transcription,
            Exact(new() { InputTokens = 14, OutputTokens = 3, AudioInputTokens = 14 }));
        yield return new("openai-speech-stream.sse", "POST api.openai.com/v1/audio/speech",
            Exact(new() { InputTokens = 14, OutputTokens = 101 }));
        yield return new("mistral-transcription.json", "POST api.mistral.ai/v1/audio/transcriptions",
            Exact(new() { InputTokens = 13, OutputTokens = 151, InputMicroseconds = 36_000_000 }), "voxtral-9");
        yield return new("elevenlabs-stt.json", "POST api.elevenlabs.io/v1/speech-to-text",
            Exact(new() { InputMicroseconds = 2_479_000 }), Id: "t1");
        yield return new("deepgram-listen.json", "POST api.deepgram.com/v1/listen",
            Exact(new() { InputMicroseconds = 20_500_000 }), Id: "r1");
        const string transcript = "GET api.assemblyai.com/v2/transcript/a1";
        yield return new("assemblyai-queued.json", transcript, None(UsageReason.Missing), "universal", "a1") { Job = JobState.Running };
        yield return new("assemblyai-new-state.json", transcript, None(UsageReason.Missing), "", "a1") { Job = JobState.Running };
        yield return new("assemblyai-failed.json", transcript, Exact(default), "", "a1") { Job = JobState.Failed };
        yield return new("assemblyai-done.json", transcript,
            Exact(new() { InputMicroseconds = 281_000_000 }), "universal", "a1")
        { Job = JobState.Succeeded };
        yield return new("cartesia-stt.json", "POST api.cartesia.ai/stt", Exact(new() { InputMicroseconds = 2_479_000 }));
        yield return new("gladia-done.json", "GET api.gladia.io/v2/pre-recorded/g1",
            Exact(new() { InputMicroseconds = 73_400_000 }), "solaria-1", "g1")
        { Job = JobState.Succeeded };
        yield return new("lemur.json", "POST api.assemblyai.com/lemur/v3/generate/task",
            Exact(new() { InputTokens = 27, OutputTokens = 3 }), Id: "l1");
        const string minimax = "POST api.minimax.io/v1/t2a_v2";
        yield return new("minimax-speech.json", minimax,
            Exact(new() { InputCharacters = 630, OutputMicroseconds = 5_746_000 }), Id: "t1");
        yield return new("minimax-speech-stream.sse", minimax,
            Exact(new() { InputCharacters = 26, OutputMicroseconds = 1_500_000 }), Id: "t1");
        yield return new("minimax-error.json", minimax, None(UsageReason.Missing), Id: "t1") { IsError = true };
    }

    private static IEnumerable<FieldFixture> Images()
    {
        const string openai = "POST api.openai.com/v1/images/generations";
        yield return new("openai-image.json", openai,
            Exact(new()
            {
                InputTokens = 61,
                OutputTokens = 544,
                CachedInputTokens = 16,
                ImageInputTokens = 40,
                ImageOutputTokens = 512,
                Images = 2,
            }));
        yield return new("openai-image-count.json", openai, Exact(new() { Images = 3 }));
        yield return new("openai-image-none.json", openai, Exact(default));
        yield return new("openai-image-stream.sse", openai,
            Exact(new() { InputTokens = 12, OutputTokens = 1100, ImageOutputTokens = 1056 }));
        yield return new("xai-image.json", "POST api.x.ai/v1/images/generations",
            Exact(new() { Images = 1, ProviderCost = Money.Parse("0.02") }));
        yield return new("minimax-image.json", "POST api.minimax.io/v1/image_generation", Exact(new() { Images = 2 }), Id: "i1");
        const string stability = "POST api.stability.ai/v2beta/stable-image/generate/core";
        yield return new("stability.json", stability, None(UsageReason.Missing)) { Job = JobState.Succeeded };
        yield return new("stability-filtered.json", stability, Exact(default)) { Job = JobState.Failed };
    }

    private static IEnumerable<FieldFixture> Jobs()
    {
        const string video = "GET api.openai.com/v1/videos/video_1";
        yield return new("openai-video.json", video, Exact(new() { OutputMicroseconds = 8_000_000 }), "sora-2-pro", "video_1")
        {
            Job = JobState.Succeeded,
        };
        yield return new("openai-video-running.json", video, None(UsageReason.Missing), "sora-2-pro", "video_1")
        {
            Job = JobState.Running,
        };
        yield return new("openai-video-failed.json", video, Exact(default), "sora-2-pro", "video_1") { Job = JobState.Failed };
        yield return new("openai-batch.json", "GET api.openai.com/v1/batches/batch_1",
            Exact(new() { InputTokens = 9000, CachedInputTokens = 2000, OutputTokens = 700, ReasoningOutputTokens = 300 }),
            "gpt-9-2026-01-01", "batch_1")
        {
            Job = JobState.Succeeded,
            Tier = ServiceTier.Batch,
        };
        yield return new("mistral-ocr.json", "POST api.mistral.ai/v1/ocr", Exact(new() { Pages = 2 }), "mistral-ocr-9");
        const string prediction = "GET api.replicate.com/v1/predictions/p1";
        yield return new("replicate-image.json", prediction,
            Exact(new() { Images = 2, ProviderMicrounits = 2_811_363 }), "acme/painter", "p1")
        {
            Job = JobState.Succeeded,
        };
        yield return new("replicate-text.json", prediction,
            Exact(new() { InputTokens = 14, OutputTokens = 22, ProviderMicrounits = 500_000 }), "acme/talker", "p2")
        {
            Job = JobState.Succeeded,
        };
        yield return new("replicate-running.json", prediction, None(UsageReason.Missing), "acme/painter", "p1") { Job = JobState.Running };
        yield return new("replicate-stream.sse", "POST api.replicate.com/v1/predictions", None(UsageReason.Missing));
        yield return new("fal-image.json", "POST fal.run/fal-ai/flux/schnell", Exact(new() { Images = 2, ProviderMicrounits = 3_008_000 }))
        {
            Headers = "x-fal-billable-units=3.008",
        };
        yield return new("fal-queued.json", "POST queue.fal.run/fal-ai/wizper", None(UsageReason.Missing), Id: "f1")
        {
            Job = JobState.Running,
        };
        yield return new("bfl-submit.json", "POST api.bfl.ai/v1/flux-9", Exact(new() { ProviderCost = Money.Parse("0.045") }), Id: "b1");
        yield return new("bfl-moderated.json", "GET api.eu.bfl.ai/v1/get_result", Exact(default), Id: "b1") { Job = JobState.Failed };
        yield return new("runway-done.json", "GET api.dev.runwayml.com/v1/tasks/r1", None(UsageReason.Missing), Id: "r1")
        {
            Job = JobState.Succeeded,
        };
        yield return new("luma-done.json", "GET api.lumalabs.ai/dream-machine/v1/generations/l1",
            Exact(new() { OutputMicroseconds = 9_000_000 }), "ray-9", "l1")
        { Job = JobState.Succeeded };
        yield return new("leonardo-done.json", "GET cloud.leonardo.ai/api/rest/v1/generations/g1", Exact(new() { Images = 2 }), "m1", "g1")
        {
            Job = JobState.Succeeded,
        };
        yield return new("kling-done.json", "GET api-singapore.klingai.com/v1/videos/text2video/k1",
            Exact(new() { OutputMicroseconds = 5_100_000 }), Id: "k1")
        { Job = JobState.Succeeded };
        yield return new("kling-error.json", "POST api-singapore.klingai.com/v1/videos/text2video", None(UsageReason.Missing))
        {
            IsError = true,
        };
        yield return new("byteplus-video.json", "GET ark.ap-southeast.bytepluses.com/api/v3/contents/generations/tasks/c1",
            Exact(new() { OutputTokens = 246_840 }), "seedance-9", "c1")
        { Job = JobState.Succeeded };
    }

    private static IEnumerable<FieldFixture> Search()
    {
        yield return new("exa.json", "POST api.exa.ai/search", Exact(new() { ProviderCost = Money.Parse("0.016") }), Id: "x1");
        yield return new("tavily.json", "POST api.tavily.com/search", Exact(new() { ProviderMicrounits = 2_000_000 }), Id: "y1");
        yield return new("tavily-no-usage.json", "POST api.tavily.com/search", None(UsageReason.Missing), Id: "y1");
        yield return new("serper.json", "GET google.serper.dev/search", Exact(new() { ProviderMicrounits = 2_000_000 }));
        yield return new("firecrawl.json", "POST api.firecrawl.dev/v2/scrape", Exact(new() { ProviderMicrounits = 5_000_000 }));
        yield return new("firecrawl-crawl.json", "GET api.firecrawl.dev/v2/crawl/c1",
            Exact(new() { ProviderMicrounits = 36_000_000, Pages = 36 }))
        { Job = JobState.Succeeded };
    }

    private static IEnumerable<FieldFixture> DashScope()
    {
        const string host = "dashscope-intl.aliyuncs.com/api/v1/";
        yield return new("dashscope-stream.sse", $"POST {host}services/aigc/text-generation/generation",
            Exact(new() { InputTokens = 734, OutputTokens = 263, CachedInputTokens = 256, ReasoningOutputTokens = 171, WebSearches = 2 }),
            Id: "d1");
        yield return new("dashscope-embedding.json", $"POST {host}services/embeddings/text-embedding/text-embedding",
            Exact(new() { InputTokens = 26 }), Id: "d2");
        yield return new("dashscope-error.json", $"POST {host}services/aigc/multimodal-generation/generation",
            None(UsageReason.Missing), Id: "d3")
        { IsError = true };
        yield return new("dashscope-task.json", $"GET {host}tasks/k4", Exact(new() { Images = 2 }), Id: "k4") { Job = JobState.Succeeded };
        yield return new("dashscope-task-video.json", $"GET {host}tasks/k5",
            Exact(new() { InputMicroseconds = 5_000_000, OutputMicroseconds = 5_000_000 }), Id: "k5")
        { Job = JobState.Succeeded };
    }

    private static IEnumerable<FieldFixture> Google()
    {
        const string vertex = "POST us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/";
        const string gemini = "POST generativelanguage.googleapis.com/v1beta/";
        yield return new("vertex-embeddings.json", $"{vertex}text-embedding-9:predict",
            Exact(new() { InputTokens = 11, InputCharacters = 35 }));
        yield return new("vertex-imagen.json", $"{vertex}imagen-9:predict", Exact(new() { Images = 2 }));
        yield return new("gemini-batch-embeddings.json", $"{gemini}models/gemini-embedding-9:batchEmbedContents",
            None(UsageReason.Missing));
        yield return new("interactions.json", $"{gemini}interactions",
            Exact(new()
            {
                InputTokens = 27,
                OutputTokens = 35,
                CachedInputTokens = 8,
                ReasoningOutputTokens = 30,
            }), "gemini-9", "n1");
        yield return new("interactions-stream.sse", $"{gemini}interactions",
            Exact(new() { InputTokens = 20, OutputTokens = 35, ReasoningOutputTokens = 30 }), "gemini-9", "n1");
    }

    private static Usage Exact(Usage usage) => usage with { Certainty = UsageCertainty.Exact };

    private static Usage None(UsageReason reason) => new() { Reason = reason };
}
