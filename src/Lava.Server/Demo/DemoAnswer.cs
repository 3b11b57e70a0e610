using System.Text;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Demo;

/// <summary>What a provider answered to a call of the past: its usage, its cost, how long it took.</summary>
internal sealed class DemoAnswer(DemoTime time, SeededRandom random)
{
    private const double Errors = 0.012;
    private const double Cut = 0.04;
    private const double Untold = 0.005;
    private const int MaxInput = 150_000;
    private const int MaxOutput = 12_000;

    // The day on which one provider was away, as a part of the whole time, and when.
    private const double OutageAt = 0.68;
    private const string OutageOf = "openai";
    private const double OutageErrors = 0.85;
    private static readonly TimeSpan OutageBegin = new(14, 10, 0);
    private static readonly TimeSpan OutageEnd = new(14, 50, 0);
    private static readonly int[] ErrorStatuses = [429, 429, 500, 503, 529, 400];

    /// <summary>Fills in what the provider decides; the record knows when it arrived.</summary>
    public void Fill(UsageRecord record, DemoFeature feature, DateTimeOffset at, PriceBook book)
    {
        var model = random.Chance(feature.Embedded) ? DemoModel.Embedding : Pick(at);
        record.Provider = model.Provider;
        record.Model = model.Name;
        record.Endpoint = $"POST {model.Url}";
        record.ProviderKeyType = ProviderKeyType.Managed;
        record.PriceVersion = book.Version;
        record.Streamed = model != DemoModel.Embedding && random.Chance(feature.Streamed);
        record.AddedMicros = Math.Clamp((long)random.Around(240, 0.3), 120, 4_000);
        if (random.Chance(IsOutage(at, model) ? OutageErrors : Errors))
        {
            Fail(record, IsOutage(at, model) ? 503 : random.Of(ErrorStatuses));
            return;
        }

        record.Status = RequestStatus.Completed;
        record.HttpStatus = StatusCodes.Status200OK;
        record.ResponseId = $"{model.Provider}-{random.Next():x16}";
        record.Usage = Draw(feature, model, time.PartAt(at));
        Judge(record);
        Price(record, book);
        var firstByteMs = random.Around(model.FirstByteMs, 0.35) + (record.Usage.InputTokens / 60.0);
        Take(record, firstByteMs, record.Usage.OutputTokens / model.TokensPerSecond);
    }

    private DemoModel Pick(DateTimeOffset at)
    {
        var part = time.PartAt(at);
        Span<double> sums = stackalloc double[DemoModel.Chat.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = sum += DemoModel.Chat[i].ShareAt(part);
        }

        return DemoModel.Chat[random.In(sums)];
    }

    private bool IsOutage(DateTimeOffset at, DemoModel model) => model.Provider == OutageOf
        && (int)(at - time.Begin).TotalDays == (int)(time.Days * OutageAt) && at.TimeOfDay >= OutageBegin && at.TimeOfDay < OutageEnd;

    private Usage Draw(DemoFeature feature, DemoModel model, double part)
    {
        var isEmbedding = model == DemoModel.Embedding;
        var input = Math.Clamp((long)random.Around(feature.InputTokens, 0.7), 8, MaxInput);
        var output = isEmbedding ? 0 : Math.Clamp((long)random.Around(feature.OutputTokens, 0.75), 1, MaxOutput);
        var cached = isEmbedding ? 0 : (long)(input * feature.Cached * part * random.Fraction()) / 128 * 128;
        return new Usage
        {
            InputTokens = input,
            OutputTokens = output,
            CachedInputTokens = cached,
            ReasoningOutputTokens = model.Name.StartsWith("gpt-5", StringComparison.Ordinal) ? (long)(output * 0.6 * random.Fraction()) : 0,
            Certainty = UsageCertainty.Exact,
        };
    }

    // Some clients leave early, some answers come without their figures.
    private void Judge(UsageRecord record)
    {
        var usage = record.Usage;
        if (record.Streamed && random.Chance(Cut))
        {
            usage.Certainty = UsageCertainty.Partial;
            usage.Reason = UsageReason.Cut;
            record.ErrorCode = "downstream_aborted";
        }
        else if (random.Chance(Untold))
        {
            usage.Certainty = UsageCertainty.Unknown;
            usage.Reason = UsageReason.Missing;
        }

        record.Usage = usage;
    }

    private void Fail(UsageRecord record, int status)
    {
        record.Status = RequestStatus.Error;
        record.HttpStatus = status;
        record.ErrorCode = "upstream_error";
        record.Streamed = false;
        record.Usage = new Usage { Certainty = UsageCertainty.Exact };
        Take(record, random.Around(status == 503 ? 4_000 : 220, 0.5), 0);
    }

    private static void Price(UsageRecord record, PriceBook book)
    {
        if (!book.TryFind(record.Provider, Encoding.UTF8.GetBytes(record.Model!), out var price)
            || !CallCost.TryCost(record, price, book, out var cost))
        {
            throw new InvalidOperationException($"The price file has no price of {record.Provider} {record.Model}.");
        }

        record.InputCost = cost.Input;
        record.OutputCost = cost.Output;
    }

    private void Take(UsageRecord record, double firstByteMs, double seconds)
    {
        record.TimeToFirstByteMicros = (long)(firstByteMs * 1_000) + record.AddedMicros;
        var now = (time.Now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var end = record.CreatedAtMicros + record.TimeToFirstByteMicros + (long)(seconds * 1_000_000);
        record.CompletedAtMicros = Math.Max(record.CreatedAtMicros, Math.Min(end, now));
    }
}
