using System.Buffers;
using System.Text;
using System.Text.Json;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Postgres;

/// <summary>The JSON columns of a request's row, made in one reused buffer: each call overwrites what the one before gave.</summary>
internal sealed class RecordColumns
{
    private static readonly JsonWriterOptions Trusted = new() { SkipValidation = true };
    private static readonly JsonEncodedText[] DetailNames = Array.ConvertAll(UsageDetails.Names, name => JsonEncodedText.Encode(name));
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _writer;

    public RecordColumns()
    {
        _writer = new Utf8JsonWriter(_bytes, Trusted);
    }

    /// <summary>The API's <c>model_usage.details</c> without its zeros; empty: all zero.</summary>
    public ReadOnlySpan<byte> Details(in Usage usage)
    {
        if (!UsageDetails.Any(usage))
        {
            return default;
        }

        Start();
        _writer.WriteStartObject();
        WriteDetails(usage);
        _writer.WriteEndObject();
        return End();
    }

    /// <summary>
    /// The usage by model: <c>[{"model": …, count: …, …}, …]</c> without zeros, the counts named as the table's columns and the
    /// details; empty without models.
    /// </summary>
    public ReadOnlySpan<byte> ByModel(ModelUsage[] models)
    {
        if (models.Length == 0)
        {
            return default;
        }

        Start();
        _writer.WriteStartArray();
        foreach (var (model, usage) in models)
        {
            _writer.WriteStartObject();
            _writer.WriteString(ModelUsageColumn.Model, StorableText.Of(model));
            Count(ModelUsageColumn.Certainty, (long)usage.Certainty);
            Count(ModelUsageColumn.InputTokens, usage.InputTokens);
            Count(ModelUsageColumn.OutputTokens, usage.OutputTokens);
            Count(ModelUsageColumn.InputCharacters, usage.InputCharacters);
            Count(ModelUsageColumn.OutputCharacters, usage.OutputCharacters);
            Count(ModelUsageColumn.InputMicroseconds, usage.InputMicroseconds);
            Count(ModelUsageColumn.OutputMicroseconds, usage.OutputMicroseconds);
            WriteDetails(usage);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        return End();
    }

    /// <summary>The charge by tier: <c>[[start, rate, quantity, cost], …]</c>, integers; empty without slices.</summary>
    public ReadOnlySpan<byte> Slices(ChargeSlice[] slices)
    {
        if (slices.Length == 0)
        {
            return default;
        }

        Start();
        _writer.WriteStartArray();
        foreach (var slice in slices)
        {
            _writer.WriteStartArray();
            _writer.WriteNumberValue(slice.TierStart);
            _writer.WriteNumberValue(slice.TierRate.Units);
            _writer.WriteNumberValue(slice.Quantity);
            _writer.WriteNumberValue(slice.Cost.Units);
            _writer.WriteEndArray();
        }

        _writer.WriteEndArray();
        return End();
    }

    /// <summary>
    /// Metadata, made storable: a jsonb has no NUL and no lone surrogate, not even escaped. What is no flat object of strings, or too
    /// long, is dropped (the API refuses it at the door): a call is booked without its metadata rather than not at all.
    /// </summary>
    public ReadOnlySpan<byte> Metadata(string? metadata)
    {
        if (string.IsNullOrEmpty(metadata) || Encoding.UTF8.GetMaxByteCount(metadata.Length) > 3 * CopyBuffer.MaxJsonBytes)
        {
            return default;
        }

        try
        {
            return Rewrite(Encoding.UTF8.GetBytes(metadata));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private ReadOnlySpan<byte> Rewrite(ReadOnlySpan<byte> utf8)
    {
        Start();
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject when reader.CurrentDepth == 0:
                    _writer.WriteStartObject();
                    break;
                case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    _writer.WriteEndObject();
                    break;
                case JsonTokenType.PropertyName:
                    _writer.WritePropertyName(Storable(ref reader));
                    break;
                case JsonTokenType.String when reader.CurrentDepth == 1:
                    _writer.WriteStringValue(Storable(ref reader));
                    break;
                default:
                    return default;
            }
        }

        return End();
    }

    private static string Storable(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.GetString()!;
        }

        try
        {
            return reader.GetString()!.Replace('\0', '\uFFFD');
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in an escape: there is no character to keep.
            return "\uFFFD";
        }
    }

    private void WriteDetails(in Usage usage)
    {
        for (var i = 0; i < DetailNames.Length; i++)
        {
            if (UsageDetails.Get(usage, i) is var count and not 0)
            {
                _writer.WriteNumber(DetailNames[i], count);
            }
        }
    }

    private void Count(string name, long value)
    {
        if (value != 0)
        {
            _writer.WriteNumber(name, value);
        }
    }

    private void Start()
    {
        _bytes.ResetWrittenCount();
        _writer.Reset(_bytes);
    }

    private ReadOnlySpan<byte> End()
    {
        _writer.Flush();
        return _bytes.WrittenSpan;
    }
}
