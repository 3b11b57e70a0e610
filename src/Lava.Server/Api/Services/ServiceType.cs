using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Services;

/// <summary>
/// What an endpoint does and what a model is for, in one set of names: where both are the same, the one serves the other.
/// </summary>
internal static class ServiceType
{
    public const string Chat = "chat";
    public const string Job = "job";

    private const string Embedding = "embedding";
    private const string Image = "image";
    private const string Ocr = "ocr";
    private const string Realtime = "realtime";
    private const string Rerank = "rerank";
    private const string Search = "search";
    private const string Speech = "speech";
    private const string Transcription = "transcription";
    private const string Video = "video";

    // Of endpoints that chat by their format: the first word that the path has; null for what serves no model of its own.
    private static readonly (string Word, string? Type)[] ChatPaths =
    [
        ("embed", Embedding), ("rerank", Rerank), ("/classify", null), ("/compact", null), ("/fim/", null), ("/chat/completions", Chat),
        ("/completions", null),
    ];

    // Of endpoints with a table of their own: the first word that the path, or the model that it stands for, has.
    private static readonly (string Word, string? Type)[] TablePaths =
    [
        ("batches", Job), ("video", Video), ("predictLongRunning", Video), (":predict", Image), ("embed", Embedding),
        ("rerank", Rerank), ("/ocr", Ocr),
        ("transcri", Transcription), ("translations", Transcription), ("speech-to-text", Transcription),
        ("speechtotext", Transcription),
        ("/listen", Transcription), ("/asr", Transcription), ("/stt", Transcription), ("pre-recorded", Transcription),
        ("speech", Speech), ("tts", Speech), ("t2a", Speech), ("/speak", Speech), ("text-to-dialogue", Speech), ("audio", null),
        ("sound", null), ("music", null), ("variations", null), ("/edit/", null), ("/control/", null), ("/upscale/", null),
        ("image", Image), ("ideogram", Image), ("search", Search), ("/extract", Search), ("/crawl", Search), ("/scrape", Search),
        ("/map", Search), ("/contents", Search), ("/answer", Search), ("/chat", Chat), ("/interactions", Chat), ("/text-generation/", Chat),
        ("/multimodal-generation/", Chat),
    ];

    // The first word that a model's name has; "" for models that no endpoint here bills.
    private static readonly (string Word, string? Type)[] Names =
    [
        ("rerank", Rerank), ("embed", Embedding), ("voyage", Embedding), ("moderation", ""), ("ocr", Ocr), ("realtime", Realtime),
        ("-live", Realtime), ("transcribe", Transcription), ("whisper", Transcription), ("scribe", Transcription), ("-tts", Speech),
        ("gpt-image", Image),
    ];

    // Models that Gemini's own generateContent serves, whatever they make.
    private static readonly string[] MakersOfAnything = ["-tts", "-image"];

    /// <summary>What an endpoint does; null where it serves no model by itself (results of jobs, edits of other images).</summary>
    public static string? Of(ProviderEndpoint endpoint)
    {
        if (!endpoint.IsMetered || endpoint.Job == JobRole.Result || (endpoint.Method != HttpMethods.Post && !endpoint.WebSocket))
        {
            return null;
        }

        return endpoint.Format switch
        {
            ApiFormat.OpenAiRealtime => Realtime,
            ApiFormat.Fields => First(TablePaths, $"{endpoint.Path} {endpoint.Model}", endpoint.Job == JobRole.Submit ? Job : null),
            _ => First(ChatPaths, endpoint.Path, Chat),
        };
    }

    /// <summary>What a model is for; "" where that is nothing that is listed.</summary>
    public static string Of(ModelPrice price)
    {
        if (price.Model.StartsWith("gemini", StringComparison.OrdinalIgnoreCase)
            && MakersOfAnything.Any(word => price.Model.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return Chat;
        }

        var byUnits = price.HasTokenPrices ? Chat
            : price.Page is not null ? Ocr
            : price.InputSecond is not null ? Transcription
            : price.OutputSecond is not null ? Video
            : price.InputCharacters is not null || price.OutputCharacters is not null ? Speech
            : price.Image is not null ? Image
            : Search;
        return First(Names, price.Model, byUnits)!;
    }

    /// <summary>What an endpoint does with a model that it serves.</summary>
    public static string Of(ProviderEndpoint endpoint, ModelPrice price) => Of(endpoint) switch
    {
        Job => Job,
        { } type when endpoint.ModelLocation != ProviderModelLocation.Path => type,
        _ => Of(price),
    };

    /// <summary>Does an endpoint of a type serve a model of another? Some paths are open to all models of their provider.</summary>
    public static bool Serves(ProviderEndpoint endpoint, string? type, string model) =>
        type == model
        || (type == Job && endpoint.ModelLocation == ProviderModelLocation.Path)
        || (endpoint.Format == ApiFormat.BedrockInvoke && model is Embedding or Image or Rerank)
        || (endpoint.Path.EndsWith(":predict", StringComparison.Ordinal) && model is Embedding or Image);

    private static string? First(IEnumerable<(string Word, string? Type)> words, string text, string? otherwise)
    {
        foreach (var (word, type) in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return type;
            }
        }

        return otherwise;
    }
}
