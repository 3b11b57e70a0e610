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
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _writer;

    public RecordColumns()
    {
        _writer = new Utf8JsonWriter(_bytes, Trusted);
    }

    /// <summary>The API's <c>model_usage.details</c> without its zeros; empty: all zero.</summary>
    public ReadOnlySpan<byte> Details(in Usage usage)
    {
        if ((usage.CachedInputTokens | usage.CacheWriteInputTokens | usage.CacheWrite1hInputTokens | usage.ReasoningOutputTokens
            | usage.AudioInputTokens | usage.AudioOutputTokens | usage.ImageInputTokens | usage.ImageOutputTokens
            | usage.Images | usage.WebSearches | usage.Pages) == 0)
        {
            return default;
        }

        Start();
        _writer.WriteStartObject();
        Count("cached_input_tokens"u8, usage.CachedInputTokens);
        Count("cache_write_input_tokens"u8, usage.CacheWriteInputTokens);
        Count("cache_write_1h_input_tokens"u8, usage.CacheWrite1hInputTokens);
        Count("reasoning_output_tokens"u8, usage.ReasoningOutputTokens);
        Count("audio_input_tokens"u8, usage.AudioInputTokens);
        Count("audio_output_tokens"u8, usage.AudioOutputTokens);
        Count("image_input_tokens"u8, usage.ImageInputTokens);
        Count("image_output_tokens"u8, usage.ImageOutputTokens);
        Count("images"u8, usage.Images);
        Count("web_searches"u8, usage.WebSearches);
        Count("pages"u8, usage.Pages);
        _writer.WriteEndObject();
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

    private void Count(ReadOnlySpan<byte> name, long value)
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
