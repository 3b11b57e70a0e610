using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;

namespace Lava.Tests.Server.Api;

/// <summary>Writes records of calls through the flusher's writer, but for what they cost the wallet.</summary>
internal static class RequestRows
{
    private const int Node = 900;
    private static readonly ChargeSlice[] Slice = [new(0, new Money(1_000_000_000), 1_257, new Money(58_100_000))];

    public static async Task<string> AddRequestAsync(
        this ApiHost host, string? customerId = null, string? meterId = null, string at = "2026-05-15T10:00:00Z",
        string model = "gpt-4o-mini", string? metadata = null, bool billed = true, string provider = "openai",
        Action<UsageRecord>? change = null)
    {
        var time = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var record = Record(Ids.New(new At(time)), (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        record.MerchantId = host.Merchant.Id;
        record.CustomerId = Read(IdPrefix.Customer, customerId);
        record.MeterId = Read(IdPrefix.Meter, meterId);
        record.Billed = billed;
        record.Provider = provider;
        record.Model = model;
        record.Metadata = metadata;
        change?.Invoke(record);
        await using var writer = new UsageRecordWriter(host.Source);
        var position = await JournalPosition.TakeAsync(host.Source, Node, CancellationToken.None);
        await writer.WriteAsync([record], position, position.Sequence + 1, CancellationToken.None);
        return record.RequestId;
    }

    private static UsageRecord Record(Guid id, long atMicros) => new()
    {
        Id = id,
        RequestId = Ids.Format(IdPrefix.Request, true, id),
        Status = RequestStatus.Completed,
        ProviderKeyType = ProviderKeyType.Managed,
        Endpoint = "POST https://api.openai.com/v1/chat/completions",
        ResponseId = "chatcmpl-1",
        HttpStatus = 200,
        Usage = new Usage
        {
            InputTokens = 845,
            OutputTokens = 412,
            OutputMicroseconds = 1_500_000,
            CachedInputTokens = 5,
            ProviderCost = new Money(581_000_001),
            Certainty = UsageCertainty.Exact,
        },
        InputCost = new Money(169_000_000),
        OutputCost = new Money(412_000_000),
        Charge = new Money(58_100_000),
        RateType = RateType.Percentage,
        Slices = Slice,
        Units = 1_257,
        CycleStart = new DateOnly(2026, 5, 1),
        CreatedAtMicros = atMicros,
        CompletedAtMicros = atMicros + 1_500_000,
        TimeToFirstByteMicros = 250_500,
        AddedMicros = 42,
    };

    private static Guid? Read(string prefix, string? id) =>
        id is not null && Ids.TryParse(prefix, Encoding.UTF8.GetBytes(id), out var parsed) ? parsed : null;

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
