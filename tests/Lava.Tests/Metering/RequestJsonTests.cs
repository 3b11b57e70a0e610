using System.Buffers;
using System.Text.Json;
using Lava.Core;
using Lava.Metering;

namespace Lava.Tests.Metering;

public sealed class RequestJsonTests
{
    [Fact]
    public void Write_ARegionsPrice_IsToldWhereItHeldAlone()
    {
        Assert.True(Written(new UsageRecord { IsRegional = true }).GetProperty("regional").GetBoolean());
        Assert.False(Written(new UsageRecord()).TryGetProperty("regional", out _));
    }

    [Fact]
    public void Write_HowACallWasServed_IsThere()
    {
        var request = Written(new UsageRecord
        {
            ServiceTier = ServiceTier.Flex,
            Usage = new Usage { Reason = UsageReason.Absurd, ProviderCost = Money.Parse("0.5") },
            ByModel = [new ModelUsage("m", new Usage { InputTokens = 3, CachedInputTokens = 1 }), new ModelUsage("n", default)],
        });

        Assert.Equal("flex", request.GetProperty("service_tier").GetString());
        Assert.Equal("unknown absurd", $"{request.GetProperty("usage_certainty")} {request.GetProperty("usage_reason")}");
        Assert.Equal("0.5000000000", request.GetProperty("provider_cost").GetString());
        Assert.Equal(
            """[{"model":"m","input_tokens":3,"output_tokens":0,"details":{"cached_input_tokens":1}},"""
                + """{"model":"n","input_tokens":0,"output_tokens":0}]""",
            request.GetProperty("model_usage").GetProperty("by_model").GetRawText());
    }

    private static JsonElement Written(UsageRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            RequestJson.Write(writer, record, isTest: true);
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }
}
