using System.Text.Json;
using System.Text.Json.Serialization;
using Lava.Metering;
using Lava.Server.Api.Requests;

namespace Lava.Server.Api.Json;

/// <summary>Requests, by the writer that every answer shares. Written only.</summary>
internal sealed class RequestJsonConverter : JsonConverter<RequestView>
{
    public override RequestView Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, RequestView value, JsonSerializerOptions options) =>
        RequestJson.Write(writer, value.Record, value.IsTest, value.TokenBasis);
}
