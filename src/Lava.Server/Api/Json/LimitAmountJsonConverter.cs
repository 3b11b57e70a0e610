using System.Text.Json;
using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.Json;

/// <summary>Amounts of limits: whole numbers, money as every other money. Written only.</summary>
internal sealed class LimitAmountJsonConverter : JsonConverter<LimitAmount>
{
    public override LimitAmount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, LimitAmount value, JsonSerializerOptions options)
    {
        if (value.Unit == LimitUnit.Spend)
        {
            writer.WriteStringValue(new Money(value.Amount).ToString());
        }
        else
        {
            writer.WriteNumberValue(value.Amount);
        }
    }
}
