using System.Text.Json;
using System.Text.Json.Serialization;
using Lava.Core;

namespace Lava.Server.Api.Json;

/// <summary>Money as a string of ten decimals. Written only: what callers send is read by <see cref="RequestBody"/>.</summary>
internal sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Money.MaxLength];
        writer.WriteStringValue(text[..value.FormatUtf8(text)]);
    }
}
