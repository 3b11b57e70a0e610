using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>What the events of a realtime session say, in whatever pieces they come.</summary>
public sealed class RealtimeScannerTests
{
    private const string Done = """
        {"event_id":"e1","type":"response.done","response":{"object":"realtime.response","id":"resp_1","status":"completed",
        "output":[{"id":"item_9","type":"message","content":[{"type":"output_audio","transcript":"{\"usage\":{\"input_tokens\":7}}"}],
        "usage":{"input_tokens":5}}],"usage":{"total_tokens":253,"input_tokens":132,"output_tokens":121,
        "input_token_details":{"text_tokens":119,"audio_tokens":13,"image_tokens":3,"cached_tokens":64,
        "cached_tokens_details":{"text_tokens":56,"audio_tokens":8,"image_tokens":0}},
        "output_token_details":{"text_tokens":30,"audio_tokens":91}},"metadata":null}}
        """;

    /// <summary>An event of each kind that counts.</summary>
    public static readonly string[] Events =
    [
        Done,
        """{"type":"session.created","session":{"model":"m","audio":{"input":{"transcription":{"model":"t"}}}}}""",
        """{"type":"response.created","response":{"id":"i","status":"in_progress","usage":null}}""",
        """{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":"AAAABBBB"}""",
        """{"type":"response.output_text.delta","delta":"a\u00e9 \"usage\""}""",
        """
        {"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":"hello",
        "usage":{"type":"duration","seconds":2.5}}
        """,
        """
        {"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":"hello",
        "usage":{"type":"tokens","input_tokens":14,"input_token_details":{"audio_tokens":14},"output_tokens":3,"total_tokens":17}}
        """,
        """{"type":"error","error":{"type":"server_error","message":"{\"usage\":{}}"}}""",
    ];

    [Fact]
    public void Done_SplitAnywhere_SaysTheSameOnce()
    {
        var bytes = Encoding.UTF8.GetBytes(Done);
        var expected = new Usage
        {
            InputTokens = 132,
            OutputTokens = 121,
            AudioInputTokens = 13,
            ImageInputTokens = 3,
            CachedInputTokens = 64,
            CachedAudioInputTokens = 8,
            AudioOutputTokens = 91,
            Certainty = UsageCertainty.Exact,
        };
        var scanner = new RealtimeScanner();
        for (var split = 0; split <= bytes.Length; split++)
        {
            var first = scanner.Scan(bytes.AsSpan(0, split), isLast: false);
            var second = scanner.Scan(bytes.AsSpan(split), isLast: true);
            Assert.Equal(RealtimeEvent.ResponseDone, first == RealtimeEvent.None ? second : first);
            Assert.True(first == RealtimeEvent.None || second == RealtimeEvent.None);
            Assert.Equal(expected, scanner.Usage);
            Assert.Equal("resp_1", Encoding.UTF8.GetString(scanner.Id));
        }
    }

    [Fact]
    public void Done_CutAnywhere_IsNoEventAndTheNextIsRead()
    {
        var bytes = Encoding.UTF8.GetBytes(Done);
        var scanner = new RealtimeScanner();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(RealtimeEvent.None, scanner.Scan(bytes.AsSpan(0, length), isLast: true));
            Assert.Equal(RealtimeEvent.ResponseDone, scanner.Scan(bytes, isLast: true));
        }
    }

    [Theory]
    [InlineData("""{"type":"response.done","response":{"id":"r","status":"failed","usage":null}}""", UsageReason.Missing)]
    [InlineData("""{"type":"response.done","response":{"id":"r","status":"failed","usage":{}}}""", UsageReason.Missing)]
    [InlineData("""{"type":"response.done","response":{"usage":{"input_tokens":-1,"output_tokens":2}}}""", UsageReason.Malformed)]
    [InlineData("""{"type":"response.done","response":{"usage":{"input_tokens":1e300,"output_tokens":2}}}""", UsageReason.Malformed)]
    [InlineData("""{"type":"response.done","response":null,"usage":7}""", UsageReason.Missing)]
    public void Done_WithoutHonestFigures_IsUnknown(string text, UsageReason reason)
    {
        var scanner = new RealtimeScanner();
        Assert.Equal(RealtimeEvent.ResponseDone, scanner.Scan(Encoding.UTF8.GetBytes(text), isLast: true));
        Assert.Equal((UsageCertainty.Unknown, reason), (scanner.Usage.Certainty, scanner.Usage.Reason));
        Assert.Equal(text.Contains("failed", StringComparison.Ordinal), scanner.IsError);
    }

    [Theory]
    [InlineData("""{"type":"session.created","session":{"model":"m","audio":{"input":{"transcription":{"model":"t"}}}}}""", "m", "t")]
    [InlineData("""{"session":{"input_audio_transcription":{"model":"t"},"model":"m"},"type":"session.updated"}""", "m", "t")]
    [InlineData("""{"type":"session.updated","session":{"audio":{"input":{"transcription":null},"output":{"model":"x"}}}}""", "", "")]
    public void Session_NamesItsModels(string text, string model, string transcriber)
    {
        var scanner = new RealtimeScanner();
        Assert.Equal(RealtimeEvent.Session, scanner.Scan(Encoding.UTF8.GetBytes(text), isLast: true));
        Assert.Equal((model, transcriber), (Encoding.UTF8.GetString(scanner.Model), Encoding.UTF8.GetString(scanner.TranscriptionModel)));
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","delta":"a\u00e9"}""", RealtimeEvent.Delta, 3, false)]
    [InlineData("""{"type":"response.output_audio.delta","item_id":"i","delta":"AAAA"}""", RealtimeEvent.Delta, 4, true)]
    [InlineData("""{"type":"response.audio.delta","delta":"AAAA"}""", RealtimeEvent.Delta, 4, true)]
    [InlineData("""{"type":"response.created","response":{"id":"i"}}""", RealtimeEvent.ResponseStarted, 0, false)]
    [InlineData("""{"type":"conversation.item.input_audio_transcription.delta","delta":"xyz"}""", RealtimeEvent.None, 0, false)]
    [InlineData("""{"type":"error","error":{"type":"response.done"}}""", RealtimeEvent.None, 0, false)]
    [InlineData("[]", RealtimeEvent.None, 0, false)]
    [InlineData("7", RealtimeEvent.None, 0, false)]
    public void Event_IsToldByItsType(string text, RealtimeEvent expected, long bytes, bool isAudio)
    {
        var scanner = new RealtimeScanner();
        Assert.Equal(expected, scanner.Scan(Encoding.UTF8.GetBytes(text), isLast: true));
        Assert.Equal((bytes, isAudio), (scanner.DeltaBytes, scanner.IsAudio));
    }

    [Fact]
    public void Transcription_InSeconds_CountsMicroseconds()
    {
        var scanner = new RealtimeScanner();
        var text = """
            {"type":"conversation.item.input_audio_transcription.completed","item_id":"item_3","transcript":"hello",
            "usage":{"type":"duration","seconds":2.5}}
            """;
        Assert.Equal(RealtimeEvent.Transcribed, scanner.Scan(Encoding.UTF8.GetBytes(text), isLast: true));
        Assert.Equal(new Usage { InputMicroseconds = 2_500_000, Certainty = UsageCertainty.Exact }, scanner.Usage);
        Assert.Equal("item_3", Encoding.UTF8.GetString(scanner.Id));
    }

    [Fact]
    public void Event_OfAnySize_AllocatesNothing()
    {
        var scanner = new RealtimeScanner();
        var bytes = Encoding.UTF8.GetBytes(Done);
        scanner.Scan(bytes, isLast: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            scanner.Scan(bytes.AsSpan(0, 50), isLast: false);
            scanner.Scan(bytes.AsSpan(50), isLast: true);
            _ = scanner.Usage;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
