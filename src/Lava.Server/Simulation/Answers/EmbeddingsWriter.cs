using System.Buffers.Binary;
using System.Buffers.Text;

namespace Lava.Server.Simulation.Answers;

/// <summary>OpenAI embeddings. The numbers follow from the request and are exact in binary, so both encodings carry the same.</summary>
internal static class EmbeddingsWriter
{
    /// <summary>Small, because nobody searches by these vectors; ask with <c>dimensions</c> for more.</summary>
    public const int DefaultDimensions = 16;

    // Values are n/128 for -128 <= n < 128.
    private const float Step = 1f / 128;

    // "-0.0078125" is the longest value.
    private const int LongestValue = 16;

    public static void WriteAnswer(Answer answer, Utf8Buffer output)
    {
        output.Append("{\"object\":\"list\",\"data\":["u8);
        for (var index = 0; index < answer.Inputs; index++)
        {
            output.Append(index == 0 ? "{"u8 : ",{"u8)
                .Append("\"object\":\"embedding\",\"index\":"u8).Append(index).Append(",\"embedding\":"u8);
            var seed = answer.Seed + (ulong)index;
            if (answer.Base64)
            {
                WriteBase64(output, seed, answer.Dimensions);
            }
            else
            {
                WriteNumbers(output, seed, answer.Dimensions);
            }

            output.Append("}"u8);
        }

        output.Append("],\"model\":\""u8).Append(answer.Model.Span).Append("\""u8);
        WriteUsage(answer, output);
        output.Append("}"u8);
    }

    private static void WriteUsage(Answer answer, Utf8Buffer output)
    {
        if (answer.Report != UsageReport.Missing)
        {
            var tokens = answer.Report == UsageReport.Lying ? long.MaxValue : answer.InputTokens;
            output.Append(",\"usage\":{\"prompt_tokens\":"u8).Append(tokens).Append(",\"total_tokens\":"u8).Append(tokens).Append("}"u8);
        }
    }

    private static void WriteNumbers(Utf8Buffer output, ulong seed, int dimensions)
    {
        for (var i = 0; i < dimensions; i++)
        {
            output.Append(i == 0 ? "["u8 : ","u8);
            Utf8Formatter.TryFormat(Value(seed, i), output.Reserve(LongestValue), out var written, 'G');
            output.Advance(written);
        }

        output.Append("]"u8);
    }

    private static void WriteBase64(Utf8Buffer output, ulong seed, int dimensions)
    {
        output.Append("\""u8);
        var bytes = output.Reserve(Base64.GetMaxEncodedToUtf8Length(dimensions * sizeof(float)));
        for (var i = 0; i < dimensions; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], Value(seed, i));
        }

        Base64.EncodeToUtf8InPlace(bytes, dimensions * sizeof(float), out var written);
        output.Advance(written);
        output.Append("\""u8);
    }

    private static float Value(ulong seed, int i) => (sbyte)RequestHash.Mix(seed ^ ((ulong)i << 32)) * Step;
}
