using System.Buffers;
using System.Buffers.Text;

namespace Lava.Metering.Scanning;

/// <summary>Copies a request body with a few members set; every other byte stays as it is.</summary>
public static class RequestEditor
{
    /// <summary>Bytes that an edit adds at most: the longest text that it can insert at each of its places.</summary>
    public const int GrowthMax = 160;

    /// <summary>The length of the edited body.</summary>
    /// <param name="body">A body that <see cref="RequestPeek.Peek"/> found <see cref="PeekOutcome.Ok"/>.</param>
    /// <param name="format">The format it was read as.</param>
    /// <param name="facts">What was found.</param>
    /// <param name="edit">The change.</param>
    public static int GetLength(ReadOnlySpan<byte> body, ApiFormat format, in RequestFacts facts, in RequestEdit edit)
    {
        var splices = new Splices(stackalloc byte[GrowthMax]);
        Plan(ref splices, body, format, facts, edit);
        return body.Length + splices.Growth;
    }

    /// <summary>Writes the edited body into a buffer of <see cref="GetLength"/> bytes or more. Returns its length.</summary>
    public static int Write(ReadOnlySpan<byte> body, ApiFormat format, in RequestFacts facts, in RequestEdit edit, Span<byte> destination)
    {
        var splices = new Splices(stackalloc byte[GrowthMax]);
        Plan(ref splices, body, format, facts, edit);
        splices.Apply(body, destination);
        return body.Length + splices.Growth;
    }

    /// <summary>Writes the edited body; the parameters are those of <see cref="GetLength"/>. Returns its length.</summary>
    public static int Write(
        ReadOnlySpan<byte> body,
        ApiFormat format,
        in RequestFacts facts,
        in RequestEdit edit,
        IBufferWriter<byte> output)
    {
        var splices = new Splices(stackalloc byte[GrowthMax]);
        Plan(ref splices, body, format, facts, edit);
        var length = body.Length + splices.Growth;
        splices.Apply(body, output.GetSpan(length));
        output.Advance(length);
        return length;
    }

    /// <summary>
    /// Can the output be limited by an edit? A Bedrock vendor's own body has a member of its own for it: where the request has none, nobody
    /// knows which would be understood, and the body stays as it is.
    /// </summary>
    public static bool CanLimit(ApiFormat format, in RequestFacts facts) =>
        format is not (ApiFormat.BedrockInvoke or ApiFormat.Fields) || facts.MaxOutput.IsPresent;

    private static void Plan(ref Splices splices, ReadOnlySpan<byte> body, ApiFormat format, in RequestFacts facts, in RequestEdit edit)
    {
        if (edit.ModelPrefix > 0)
        {
            splices.Replace(new ByteRange(facts.Model.Offset - edit.ModelPrefix, edit.ModelPrefix));
        }

        if (edit.IncludeUsage && format == ApiFormat.OpenAiChat && !facts.HasIncludeUsage)
        {
            PlanIncludeUsage(ref splices, body, facts);
        }

        if (edit.MaxOutputTokens is { } tokens)
        {
            PlanMaxOutput(ref splices, body, format, facts, tokens, edit.LegacyCompletions);
        }
    }

    private static void PlanIncludeUsage(ref Splices splices, ReadOnlySpan<byte> body, in RequestFacts facts)
    {
        var options = facts.StreamOptions;
        if (facts.IncludeUsage.IsPresent)
        {
            splices.Replace(facts.IncludeUsage);
            splices.Append("true"u8);
        }
        else if (!options.IsPresent)
        {
            splices.Insert(body, facts.BodyStart, "\"stream_options\":{\"include_usage\":true}"u8);
        }
        else if (body[options.Offset] == '{')
        {
            splices.Insert(body, options.Offset + 1, "\"include_usage\":true"u8);
        }
        else
        {
            splices.Replace(options);
            splices.Append("{\"include_usage\":true}"u8);
        }
    }

    private static void PlanMaxOutput(
        ref Splices splices, ReadOnlySpan<byte> body, ApiFormat format, in RequestFacts facts, long tokens, bool isLegacy)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(tokens, digits, out var length);
        digits = digits[..length];
        if (facts.MaxOutput.IsPresent)
        {
            splices.Replace(facts.MaxOutput);
            splices.Append(digits);
            if (facts.MaxOutputOther.IsPresent)
            {
                splices.Replace(facts.MaxOutputOther);
                splices.Append(digits);
            }
        }
        else if (format == ApiFormat.Gemini)
        {
            PlanGenerationConfig(ref splices, body, facts, "\"generationConfig\":"u8, "{\"maxOutputTokens\":"u8, digits);
        }
        else if (format == ApiFormat.BedrockConverse)
        {
            PlanGenerationConfig(ref splices, body, facts, "\"inferenceConfig\":"u8, "{\"maxTokens\":"u8, digits);
        }
        else if (CanLimit(format, facts))
        {
            splices.Insert(body, facts.BodyStart, MemberName(format, isLegacy), digits);
        }
    }

    private static void PlanGenerationConfig(
        ref Splices splices,
        ReadOnlySpan<byte> body,
        in RequestFacts facts,
        scoped ReadOnlySpan<byte> name,
        scoped ReadOnlySpan<byte> member,
        scoped ReadOnlySpan<byte> digits)
    {
        var config = facts.GenerationConfig;
        if (!config.IsPresent)
        {
            Span<byte> before = stackalloc byte[name.Length + member.Length];
            name.CopyTo(before);
            member.CopyTo(before[name.Length..]);
            splices.Insert(body, facts.BodyStart, before, digits, "}"u8);
        }
        else if (body[config.Offset] == '{')
        {
            splices.Insert(body, config.Offset + 1, member[1..], digits);
        }
        else
        {
            splices.Replace(config);
            splices.Append(member);
            splices.Append(digits);
            splices.Append("}"u8);
        }
    }

    private static ReadOnlySpan<byte> MemberName(ApiFormat format, bool isLegacy) => format switch
    {
        ApiFormat.OpenAiResponses => "\"max_output_tokens\":"u8,
        ApiFormat.AnthropicMessages => "\"max_tokens\":"u8,
        _ when isLegacy => "\"max_tokens\":"u8,
        _ => "\"max_completion_tokens\":"u8,
    };
}
