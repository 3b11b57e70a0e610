using System.Buffers.Binary;

namespace Lava.Tests.Server.Simulation;

public sealed class EmbeddingsTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Theory]
    [InlineData("\"a b c\"", 1, 3)]
    [InlineData("[\"a b\",\"c\"]", 2, 3)]
    [InlineData("[5,6,7,8]", 1, 4)]
    [InlineData("[[5,6],[7]]", 2, 3)]
    public async Task Post_EveryKindOfInput_IsCounted(string input, int inputs, int tokens)
    {
        var answer = await simulator.JsonAsync("/v1/embeddings", $$"""{"model":"e","input":{{input}}}""");

        Assert.Equal(inputs, answer.GetProperty("data").GetArrayLength());
        Assert.Equal(tokens, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(16, answer.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
    }

    [Fact]
    public async Task Post_Base64_HasTheAskedDimensions()
    {
        var answer = await simulator.JsonAsync("/v1/embeddings", """{"model":"e","input":"a","dimensions":3,"encoding_format":"base64"}""");

        var bytes = answer.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(3 * sizeof(float), bytes.Length);
        Assert.InRange(BinaryPrimitives.ReadSingleLittleEndian(bytes), -1f, 1f);
    }
}
