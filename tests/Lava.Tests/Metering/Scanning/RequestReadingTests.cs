using System.Text;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class RequestReadingTests
{
    private const string Speech = "POST api.openai.com/v1/audio/speech";
    private const string Transcription = "POST api.openai.com/v1/audio/transcriptions";
    private const string FormType = "multipart/form-data; boundary=\"b1\"";

    [Fact]
    public void Read_Speech_ModelAndCodePoints()
    {
        // Each of them is one: é, 你, 👋 as UTF-8; é, 👋 and half of a pair as escapes; a quote, a line end.
        const string json =
            """{"model":"tts-9","voice":{"input":"x"},"input":"aé你👋\u00e9\ud83d\udc4b\ud83dx\"\n","nested":[{"input":"zzz"}]}""";
        Assert.Equal(PeekOutcome.Ok, Read(Speech, json, "application/json", out var facts));
        Assert.Equal("tts-9", Encoding.UTF8.GetString(facts.GetModel(Encoding.UTF8.GetBytes(json), default)));
        Assert.Equal(new Usage { InputCharacters = 10, Certainty = UsageCertainty.Exact }, facts.Counts);
    }

    [Theory]
    [InlineData("POST api.openai.com/v1/images/generations", """{"model":"i","n":3,"stream":true}""", 3, 0)]
    [InlineData("POST api.openai.com/v1/images/generations", """{"model":"i","n":null}""", 1, 0)]
    [InlineData("POST api.openai.com/v1/videos", """{"model":"v","seconds":"12"}""", 0, 12)]
    [InlineData("POST api.openai.com/v1/videos", """{"model":"v"}""", 0, 4)]
    [InlineData("POST api.lumalabs.ai/dream-machine/v1/generations", """{"model":"r","duration":"9s"}""", 0, 9)]
    [InlineData("POST api.lumalabs.ai/dream-machine/v1/generations", """{"model":"r","duration":"auto"}""", 0, 5)]
    [InlineData("POST api.dev.runwayml.com/v1/image_to_video", """{"model":"g","duration":5}""", 0, 5)]
    [InlineData("POST generativelanguage.googleapis.com/v1beta/models/veo:predictLongRunning",
        """{"instances":[{"prompt":"x"}],"parameters":{"durationSeconds":6,"sampleCount":2}}""", 0, 12)]
    public void Read_WhatIsAsked_IsCounted(string call, string json, long images, long seconds)
    {
        Assert.Equal(PeekOutcome.Ok, Read(call, json, "application/json; charset=utf-8", out var facts));
        Assert.Equal(images, facts.Counts.Images);
        Assert.Equal(seconds * 1_000_000, facts.Counts.OutputMicroseconds);
    }

    [Fact]
    public void Read_TextsOfAnArray_AreAdded()
    {
        const string json = """{"utterances":[{"text":"abc"},{"text":"de","text":"f"},{"description":"x"}],"num_generations":2}""";
        Assert.Equal(PeekOutcome.Ok, Read("POST api.hume.ai/v0/tts", json, "application/json", out var facts));
        Assert.Equal(12, facts.Counts.InputCharacters);
    }

    [Fact]
    public void Read_TextWhoseTokensNobodyTells_Estimated()
    {
        const string json = """{"requests":[{"model":"models/e","content":{"parts":[{"text":"Hello, world!"},{"text":"abcd"}]}}]}""";
        const string call = "POST generativelanguage.googleapis.com/v1beta/models/e:batchEmbedContents";
        Assert.Equal(PeekOutcome.Ok, Read(call, json, "application/json", out var facts));
        Assert.Equal(new Usage { InputTokens = 5, Certainty = UsageCertainty.Partial }, facts.Counts);
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b","input":"x"}""", PeekOutcome.WrongType)]
    [InlineData("""{"model":"a","input":"x","inp\u0075t":"yy"}""", PeekOutcome.WrongType)]
    [InlineData("""{"model":"a","input":5.5e400}""", PeekOutcome.WrongType)]
    [InlineData("""{"model":"a","input":{"text":"x"}}""", PeekOutcome.WrongType)]
    [InlineData("""{"model":"","input":"x"}""", PeekOutcome.WrongType)]
    [InlineData("""{"model":5,"input":"x"}""", PeekOutcome.WrongType)]
    [InlineData("""{"model":"a","input":"x"}}""", PeekOutcome.NotJson)]
    [InlineData("""{"model":"a","input":"x" """, PeekOutcome.NotJson)]
    [InlineData("""{"model":"a","x":{"y":[1,]}}""", PeekOutcome.NotJson)]
    [InlineData("""["a"]""", PeekOutcome.NotAnObject)]
    public void Read_Json_RefusedAsInOtherFormats(string json, PeekOutcome expected) =>
        Assert.Equal(expected, Read(Speech, json, "application/json", out _));

    [Theory]
    [InlineData("n", "-1")]
    [InlineData("n", "\"many\"")]
    [InlineData("n", "true")]
    [InlineData("n", "1e300")]
    [InlineData("stream", "1")]
    public void Read_FieldOfAWrongType_IsNamed(string field, string value)
    {
        var json = $$"""{"model":"i","{{field}}":{{value}}}""";
        Assert.Equal(PeekOutcome.WrongType, Read("POST api.openai.com/v1/images/generations", json, "application/json", out var facts));
        Assert.Equal(field, facts.FieldPath);
    }

    [Fact]
    public void Read_DeepAndBroken_NeverThrows()
    {
        Assert.Equal(PeekOutcome.TooDeep, Read(Speech, "{\"a\":" + new string('[', 600), "application/json", out _));
        byte[] invalid = [(byte)'{', 0xFF, (byte)'}'];
        Assert.Equal(PeekOutcome.InvalidUtf8, RequestReading.Read(FieldFixture.Find(Speech), invalid, "application/json", out _));
        var whole = Encoding.UTF8.GetBytes("""{"model":"a","input":"x\ud83d\udc4b","n":[1,{"a":null}]}""");
        for (var end = 1; end < whole.Length; end++)
        {
            Assert.NotEqual(PeekOutcome.Ok, RequestReading.Read(FieldFixture.Find(Speech), whole.AsSpan(0, end), "", out _));
        }
    }

    [Fact]
    public void Read_Form_ModelFieldsAndTheRecordingsLength()
    {
        var body = Form(
            ("model", null, "whisper-9"u8.ToArray()),
            ("file", "a.wav", AudioFiles.Wave()),
            ("stream", null, "true"u8.ToArray()),
            ("prompt", null, "x --b1 is no delimiter"u8.ToArray()), ("empty", null, []));
        Assert.Equal(PeekOutcome.Ok, RequestReading.Read(FieldFixture.Find(Transcription), body, FormType, out var facts));
        Assert.Equal("whisper-9", Encoding.UTF8.GetString(facts.GetModel(body, default)));
        Assert.True(facts.Stream);
        Assert.True(facts.HasRecording);
        Assert.Equal(new Usage { InputMicroseconds = AudioFiles.Microseconds, Certainty = UsageCertainty.Exact }, facts.Counts);
    }

    [Fact]
    public void Read_FormCutAnywhere_Refused()
    {
        var body = Form(("model", null, "whisper-9"u8.ToArray()), ("file", "a.mp3", new byte[50]));
        for (var end = 1; end < body.Length - 2; end++)
        {
            Assert.Equal(PeekOutcome.NotAForm, RequestReading.Read(FieldFixture.Find(Transcription), body.AsSpan(0, end), FormType, out _));
        }
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=b2")]
    [InlineData("multipart/form-data; boundary=b1; boundary=b2")]
    [InlineData("multipart/form-data; boundary=\"b1")]
    [InlineData("multipart/mixed; boundary=b1")]
    public void Read_FormOfAnotherBoundary_Refused(string type)
    {
        var body = Form(("model", null, "m"u8.ToArray()));
        Assert.Equal(PeekOutcome.NotAForm, RequestReading.Read(FieldFixture.Find(Transcription), body, type, out _));
    }

    [Theory]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=\"mod\\el\"\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=model; name=file\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name*=utf-8''model\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: attachment; name=model\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data;\r\n name=model\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Type: text/plain\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=model\r\nContent-Transfer-Encoding: base64\r\n\r\nbQ==\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=x\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--b1x\r\n\r\n--b1--")]
    [InlineData("--b1\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--b1--\r\n--b1\r\nmore")]
    [InlineData("x--b1\r\nContent-Disposition: form-data; name=model\r\n\r\nm\r\n--b1--")]
    [InlineData("--b1--x")]
    public void Read_FormThatCanBeReadInTwoWays_Refused(string body) =>
        Assert.Equal(PeekOutcome.NotAForm, Read(Transcription, body, FormType, out _));

    [Fact]
    public void Read_FormOfAFieldTwice_Refused()
    {
        var body = Form(("model", null, "cheap"u8.ToArray()), ("file", "a", []), ("model", null, "dear"u8.ToArray()));
        Assert.Equal(PeekOutcome.WrongType, RequestReading.Read(FieldFixture.Find(Transcription), body, FormType, out var facts));
        Assert.Equal(RequestField.Model, facts.Field);
    }

    [Fact]
    public void Read_FormOfTenThousandParts_Refused()
    {
        var parts = Enumerable.Range(0, 10_000).Select(i => ($"p{i}", (string?)null, Array.Empty<byte>())).ToArray();
        Assert.Equal(PeekOutcome.NotAForm, RequestReading.Read(FieldFixture.Find(Transcription), Form(parts), FormType, out _));
    }

    [Fact]
    public void Read_SoundAsItIs_ARecording()
    {
        var endpoint = FieldFixture.Find("POST api.deepgram.com/v1/listen");
        Assert.Equal(PeekOutcome.Ok, RequestReading.Read(endpoint, AudioFiles.Flac(), "audio/flac", out var facts));
        Assert.True(facts.HasRecording);
        Assert.Equal(AudioFiles.Microseconds, facts.Counts.InputMicroseconds);
        const string link = """{"url":"https://a.example/x"}""";
        Assert.Equal(PeekOutcome.Ok, Read("POST api.deepgram.com/v1/listen", link, "application/json", out facts));
        Assert.True(facts.HasRecording);
        Assert.Equal(default, facts.Counts);
        Assert.Equal(PeekOutcome.NotJson, RequestReading.Read(FieldFixture.Find(Speech), AudioFiles.Flac()[..4], "audio/flac", out _));
    }

    [Fact]
    public void Read_NoBody_WhatTheEndpointCounts()
    {
        Assert.Equal(PeekOutcome.Ok, Read("GET google.serper.dev/search", "", "", out var facts));
        Assert.Equal(1, facts.Counts.WebSearches);
        Assert.Equal(PeekOutcome.Ok, RequestReading.Read(ProviderEndpoint.Unlisted, "x"u8, "text/plain", out facts));
        Assert.Equal(default, facts.Counts);
    }

    [Fact]
    public void Read_OtherFormats_AsTheyAreRead()
    {
        Assert.True(ProviderCatalog.Default.TryFind("api.openai.com", out var provider));
        Assert.True(provider.TryMatch("POST", "/v1/chat/completions", out var endpoint, out _));
        Assert.Equal(PeekOutcome.Ok, RequestReading.Read(endpoint, """{"model":"m","n":2}"""u8, "application/json", out var facts));
        Assert.Equal(2, facts.Choices);
        Assert.Equal(PeekOutcome.NotJson, RequestReading.Read(endpoint, "{"u8, "application/json", out _));
    }

    private static PeekOutcome Read(string call, string body, string type, out RequestFacts facts) =>
        RequestReading.Read(FieldFixture.Find(call), Encoding.UTF8.GetBytes(body), type, out facts);

    private static byte[] Form(params (string Name, string? File, byte[] Content)[] parts)
    {
        using var body = new MemoryStream();
        foreach (var (name, file, content) in parts)
        {
            var fileName = file is null ? "" : $"; filename=\"{file}\"\r\nContent-Type: audio/x";
            body.Write(Encoding.UTF8.GetBytes($"--b1\r\nContent-Disposition: form-data; name=\"{name}\"{fileName}\r\n\r\n"));
            body.Write(content);
            body.Write("\r\n"u8);
        }

        body.Write("--b1--\r\n"u8);
        return body.ToArray();
    }
}
