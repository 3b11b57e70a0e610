using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

public sealed class CallUsageTests
{
    private const string Speech = "POST api.openai.com/v1/audio/speech";
    private const string Transcription = "POST api.openai.com/v1/audio/transcriptions";

    [Fact]
    public void Complete_SpokenText_ItsCharacters()
    {
        var usage = Complete(Speech, """{"model":"tts","input":"Hello"}""", ResponseFraming.Opaque, "ID3");
        Assert.Equal(new Usage { InputCharacters = 5, Certainty = UsageCertainty.Exact }, usage);
    }

    [Fact]
    public void Complete_TokensTold_TheTextIsNotBilledTwice()
    {
        const string done = """data: {"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101}}""" + "\n\n";
        var usage = Complete(Speech, """{"model":"tts","input":"Hello"}""", ResponseFraming.Sse, done);
        Assert.Equal(new Usage { InputTokens = 14, OutputTokens = 101, Certainty = UsageCertainty.Exact }, usage);
    }

    [Fact]
    public void Complete_CreditsInAHeader_BesideTheCharacters()
    {
        const string call = "POST api.elevenlabs.io/v1/text-to-speech/voice/stream";
        var usage = Complete(call, """{"text":"Hello, 世界! Bye 👋."}""", ResponseFraming.Opaque, "ID3", "character-cost", "9");
        Assert.Equal(new Usage { InputCharacters = 17, ProviderMicrounits = 9_000_000, Certainty = UsageCertainty.Exact }, usage);
    }

    [Fact]
    public void Complete_CharactersInAHeader_BeforeTheRequests()
    {
        var usage = Complete("POST api.deepgram.com/v1/speak", """{"text":"Hello"}""", ResponseFraming.Opaque, "x", "dg-char-count", "27");
        Assert.Equal(27, usage.InputCharacters);
        usage = Complete("POST api.deepgram.com/v1/speak", """{"text":"Hello"}""", ResponseFraming.Opaque, "x", "dg-char-count", "2x");
        Assert.Equal(new Usage { Reason = UsageReason.Malformed }, usage);
    }

    [Theory]
    [InlineData("""{"data":[{"url":"https://a.example"}]}""", 1)]
    [InlineData("""{"data":[]}""", 0)]
    [InlineData("""{"created":1}""", 4)]
    public void Complete_Images_TheAnswersBeforeTheRequests(string answer, long images)
    {
        var usage = Complete("POST api.openai.com/v1/images/generations", """{"model":"i","n":4}""", ResponseFraming.Json, answer);
        Assert.Equal(new Usage { Images = images, Certainty = UsageCertainty.Exact }, usage);
    }

    [Fact]
    public void Complete_AnswerWithoutALength_TheUploadsOwn()
    {
        var usage = Upload(AudioFiles.Wave(), ResponseFraming.Opaque, "Hello");
        Assert.Equal(new Usage { InputMicroseconds = AudioFiles.Microseconds, Certainty = UsageCertainty.Exact }, usage);
        usage = Upload(AudioFiles.Wave(), ResponseFraming.Json, """{"usage":{"type":"duration","seconds":3}}""");
        Assert.Equal(3_000_000, usage.InputMicroseconds);
    }

    [Fact]
    public void Complete_UploadOfNoKnownForm_AnEstimate()
    {
        var usage = Upload(new byte[2000], ResponseFraming.Opaque, "Hello");
        Assert.Equal(
            new Usage { InputMicroseconds = 2_000_000, Certainty = UsageCertainty.Partial, Reason = UsageReason.Missing }, usage);
        usage = Upload(new byte[2000], ResponseFraming.Json, """{"duration":1.5}""");
        Assert.Equal(new Usage { InputMicroseconds = 1_500_000, Certainty = UsageCertainty.Exact }, usage);
    }

    [Fact]
    public void Complete_NothingKnown_Missing()
    {
        const string call = "POST api.deepgram.com/v1/listen";
        var usage = Complete(call, """{"url":"https://a.example"}""", ResponseFraming.Json, """{"request_id":"r"}""");
        Assert.Equal(new Usage { Reason = UsageReason.Missing }, usage);
    }

    [Fact]
    public void Complete_CutOff_Partial()
    {
        var usage = Complete(Speech, """{"model":"tts","input":"Hello"}""", ResponseFraming.Opaque, "ID3", ends: false);
        Assert.Equal(new Usage { InputCharacters = 5, Certainty = UsageCertainty.Partial, Reason = UsageReason.Cut }, usage);
    }

    [Fact]
    public void Complete_Error_CountsNothingOfTheRequest()
    {
        const string answer = """{"base_resp":{"status_code":1004}}""";
        var usage = Complete("POST api.minimax.io/v1/t2a_v2", """{"model":"s","text":"Hello"}""", ResponseFraming.Json, answer);
        Assert.Equal(new Usage { Reason = UsageReason.Missing }, usage);
    }

    [Fact]
    public void Complete_Job_WhatItsBeginningAsksFor()
    {
        const string request = """{"model":"g","duration":5}""";
        var usage = Complete("POST api.dev.runwayml.com/v1/image_to_video", request, ResponseFraming.Json, """{"id":"r1"}""");
        Assert.Equal(new Usage { OutputMicroseconds = 5_000_000, Certainty = UsageCertainty.Exact }, usage);
        usage = Complete("POST queue.fal.run/a/b", """{"num_images":3}""", ResponseFraming.Json, """{"status":"IN_QUEUE"}""");
        Assert.Equal(new Usage { Reason = UsageReason.Missing }, usage);
    }

    [Fact]
    public void Complete_Search_OneAndItsCost()
    {
        var usage = Complete("POST api.exa.ai/search", """{"query":"q"}""", ResponseFraming.Json, """{"costDollars":{"total":0.016}}""");
        Assert.Equal(1, usage.WebSearches);
        Assert.Equal("0.016", usage.ProviderCost?.ToString().TrimEnd('0'));
        Assert.Equal(UsageCertainty.Exact, usage.Certainty);
    }

    [Fact]
    public void Complete_EmbeddingsWithoutUsage_AnEstimate()
    {
        const string call = "POST generativelanguage.googleapis.com/v1beta/models/e:batchEmbedContents";
        const string request = """{"requests":[{"content":{"parts":[{"text":"Hello, world!"}]}}]}""";
        var usage = Complete(call, request, ResponseFraming.Json, """{"embeddings":[{"values":[0.1]}]}""");
        Assert.Equal(new Usage { InputTokens = 4, Certainty = UsageCertainty.Partial, Reason = UsageReason.Missing }, usage);
    }

    private static Usage Upload(byte[] file, ResponseFraming framing, string answer)
    {
        const string head = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nw\r\n" +
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        byte[] body = [.. Encoding.ASCII.GetBytes(head), .. file, .. "\r\n--b--\r\n"u8];
        var endpoint = FieldFixture.Find(Transcription);
        Assert.Equal(PeekOutcome.Ok, RequestReading.Read(endpoint, body, "multipart/form-data; boundary=b", out var facts));
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, framing, endpoint.Fields);
        scanner.Scan(Encoding.UTF8.GetBytes(answer));
        scanner.EndOfBody();
        return CallUsage.Complete(endpoint, facts, scanner);
    }

    private static Usage Complete(
        string call, string request, ResponseFraming framing, string answer, string? header = null, string value = "", bool ends = true)
    {
        var endpoint = FieldFixture.Find(call);
        Assert.Equal(PeekOutcome.Ok, RequestReading.Read(endpoint, Encoding.UTF8.GetBytes(request), "application/json", out var facts));
        var scanner = new ResponseScanner();
        scanner.Reset(endpoint.Format, framing, endpoint.Fields);
        if (header is not null)
        {
            scanner.TakeHeader(endpoint.Headers[header], value);
        }

        scanner.Scan(Encoding.UTF8.GetBytes(answer));
        if (ends)
        {
            scanner.EndOfBody();
        }

        return CallUsage.Complete(endpoint, facts, scanner);
    }
}
