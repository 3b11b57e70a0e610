using System.Text;
using Lava.Metering;
using Lava.Metering.Scanning;

namespace Lava.Tests.Metering.Scanning;

/// <summary>What a Bedrock request costs at most.</summary>
public sealed class BedrockRequestTests
{
    private const ApiFormat Converse = ApiFormat.BedrockConverse;
    private const ApiFormat Invoke = ApiFormat.BedrockInvoke;

    [Theory]
    [InlineData(Converse, """{"messages":[],"inferenceConfig":{"maxTokens":100}}""", 100)]
    [InlineData(Converse, """{"inferenceConfig":{"maxTokens":100},"additionalModelRequestFields":{"max_tokens":700}}""", 700)]
    [InlineData(Converse, """{"toolConfig":{"max_tokens":5},"max_tokens":6}""", null)]
    [InlineData(Invoke, """{"anthropic_version":"bedrock-2023-05-31","max_tokens":100,"messages":[{"max_tokens":5}]}""", 100)]
    [InlineData(Invoke, """{"prompt":"x","max_gen_len":100}""", 100)]
    [InlineData(Invoke, """{"prompt":"x","max_tokens_to_sample":100}""", 100)]
    [InlineData(Invoke, """{"inputText":"x","textGenerationConfig":{"maxTokenCount":100,"stopSequences":[]}}""", 100)]
    [InlineData(Invoke, """{"prompt":"x","maxTokens":100}""", 100)]
    [InlineData(Invoke, """{"messages":[],"inferenceConfig":{"max_new_tokens":100}}""", 100)]
    [InlineData(Invoke, """{"messages":[],"inferenceConfig":{"maxTokens":100}}""", 100)]
    [InlineData(Invoke, """{"prompt":"x"}""", null)]
    public void Peek_OutputLimit_Found(ApiFormat format, string body, int? expected)
    {
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), format, out var facts));
        Assert.Equal(expected, facts.MaxOutputTokens);
    }

    [Theory]
    [InlineData(Converse, """{"inferenceConfig":{"maxTokens":1},"inferenceConfig":{"maxTokens":9}}""")]
    [InlineData(Converse, """{"inferenceConfig":[]}""")]
    [InlineData(Converse, """{"inferenceConfig":{"maxTokens":"5"}}""")]
    [InlineData(Converse, """{"inferenceConfig":{"maxTokens":-5}}""")]
    [InlineData(Invoke, """{"textGenerationConfig":7}""")]
    [InlineData(Invoke, """{"max_tokens":1,"max_gen_len":2,"maxTokens":3}""")]
    public void Peek_LimitThatCanBeReadInTwoWays_Refused(ApiFormat format, string body) =>
        Assert.Equal(PeekOutcome.WrongType, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), format, out _));

    [Theory]
    [InlineData(Converse, """{"messages":[],"inferenceConfig":{"maxTokens":100}}""")]
    [InlineData(Converse, """{"messages":[],"inferenceConfig":{"temperature":1}}""")]
    [InlineData(Converse, """{"messages":[],"inferenceConfig":{}}""")]
    [InlineData(Converse, """{"messages":[],"inferenceConfig":null}""")]
    [InlineData(Converse, """{"messages":[]}""")]
    [InlineData(Converse, """{"inferenceConfig":{"maxTokens":100},"additionalModelRequestFields":{"max_tokens":700}}""")]
    [InlineData(Invoke, """{"inputText":"x","textGenerationConfig":{"maxTokenCount":100}}""")]
    [InlineData(Invoke, """{"prompt":"x","max_gen_len":100}""")]
    public void Edit_OutputLimit_LowersIt(ApiFormat format, string body)
    {
        var edited = Edit(format, body);
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(edited, format, out var facts));
        Assert.Equal(77, facts.MaxOutputTokens);
    }

    [Fact]
    public void Edit_InvokeWithoutALimit_StaysAsItIs()
    {
        const string body = """{"prompt":"x"}""";
        Assert.Equal(Encoding.UTF8.GetBytes(body), Edit(Invoke, body));
        RequestPeek.Peek(Encoding.UTF8.GetBytes(body), Invoke, out var facts);
        Assert.False(RequestEditor.CanLimit(Invoke, facts));
    }

    [Theory]
    [InlineData("""{"messages":[{"content":[{"image":{"format":"png","source":{"bytes":"aGk="}}}]}]}""", true)]
    [InlineData("""{"messages":[{"content":[{"document":{"format":"pdf","source":{"s3Location":{"uri":"s3://b/k"}}}}]}]}""", true)]
    [InlineData("""{"toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}]}}""", true)]
    [InlineData("""{"inputImage":"aGk="}""", true)]
    [InlineData("""{"toolConfig":{"properties":{"image":{"type":"string"},"bytes":{"type":"string"}}}}""", false)]
    [InlineData("""{"messages":[{"content":[{"text":"bytes"}]}]}""", false)]
    public void Peek_ContentThatTheBytesDoNotCount_Found(string body, bool expected)
    {
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(Encoding.UTF8.GetBytes(body), Converse, out var facts));
        Assert.Equal(expected, facts.RemoteContent);
    }

    private static byte[] Edit(ApiFormat format, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(PeekOutcome.Ok, RequestPeek.Peek(bytes, format, out var facts));
        var edit = new RequestEdit(IncludeUsage: false, MaxOutputTokens: 77);
        var edited = new byte[RequestEditor.GetLength(bytes, format, facts, edit)];
        RequestEditor.Write(bytes, format, facts, edit, edited);
        return edited;
    }
}
