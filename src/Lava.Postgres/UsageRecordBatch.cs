using System.Runtime.InteropServices;
using Lava.Metering;

namespace Lava.Postgres;

/// <summary>Usage records, encoded as rows of the table <c>requests</c>. Reused; not thread-safe.</summary>
internal sealed class UsageRecordBatch
{
    /// <summary>
    /// The columns in the order in which <see cref="Add"/> writes them; <see cref="ColumnCount"/> of them.
    /// </summary>
    public const string Columns = """
        id, merchant_id, request_id, customer_id, meter_id, wallet_id, status, billed, reported, provider, provider_key_type, model,
        endpoint, response_id, http_status, streamed, error_code, usage_certainty, input_tokens, output_tokens, input_characters,
        output_characters, input_us, output_us, details, input_cost, output_cost, provider_cost, charge, rate_type, tier_type, slices,
        held, debit, units_before, units, cycle_start, price_version, metadata, fingerprint, created_at, completed_at, first_byte_us,
        added_us, service_tier, regional, usage_reason, by_model, job, spend_key_id
        """;

    private const short ColumnCount = 50;
    private readonly CopyBuffer _rows = new();
    private readonly RecordColumns _json = new();
    private readonly List<int> _ends = [];
    private readonly List<FlushFacts> _facts = [];

    /// <summary>Records.</summary>
    public int Count => _ends.Count;

    /// <summary>Bytes of all rows.</summary>
    public int Length => _rows.Length;

    /// <summary>Forgets the records, keeps the memory.</summary>
    public void Clear()
    {
        _rows.Clear();
        _ends.Clear();
        _facts.Clear();
    }

    /// <summary>The facts of some of the records.</summary>
    public ReadOnlySpan<FlushFacts> Facts(int first, int count) => CollectionsMarshal.AsSpan(_facts).Slice(first, count);

    /// <summary>The rows of some of the records.</summary>
    public ReadOnlyMemory<byte> Rows(int first, int count)
    {
        var start = first == 0 ? 0 : _ends[first - 1];
        var end = count == 0 ? start : _ends[first + count - 1];
        return _rows.Written[start..end];
    }

    /// <summary>Adds those of another batch's records whose id is not among <paramref name="known"/>, and each id once.</summary>
    public void AddUnknown(UsageRecordBatch other, int first, int count, HashSet<Guid> known)
    {
        for (var i = first; i < first + count; i++)
        {
            if (known.Add(other._facts[i].Id))
            {
                _rows.Rows(other.Rows(i, 1).Span);
                _ends.Add(_rows.Length);
                _facts.Add(other._facts[i]);
            }
        }
    }

    /// <summary>Adds a record, and which one of the journal it is.</summary>
    public void Add(UsageRecord record, long sequence)
    {
        // First, as it may throw: a row must not stay behind half written.
        var facts = FlushFacts.Of(record, sequence);
        _rows.Row(ColumnCount);
        AddIdentity(record);
        AddUsage(record.Usage);
        AddMoney(record);
        AddTimes(record);
        AddServing(record);
        _ends.Add(_rows.Length);
        _facts.Add(facts);
    }

    private void AddIdentity(UsageRecord record)
    {
        _rows.Uuid(record.Id);
        _rows.Uuid(record.MerchantId);
        _rows.Text(record.RequestId);
        _rows.Uuid(record.CustomerId);
        _rows.Uuid(record.MeterId);
        _rows.Int64(record.WalletId);
        _rows.Int16((short)record.Status);
        _rows.Boolean(record.Billed);
        _rows.Boolean(record.Reported);
        _rows.Text(record.Provider);
        _rows.Int16((short)record.ProviderKeyType);
        _rows.Text(record.Model);
        _rows.Text(record.Endpoint);
        _rows.Text(record.ResponseId);
        _rows.Int32(record.HttpStatus);
        _rows.Boolean(record.Streamed);
        _rows.Text(record.ErrorCode);
    }

    private void AddUsage(in Usage usage)
    {
        _rows.Int16((short)usage.Certainty);
        _rows.Int64(usage.InputTokens);
        _rows.Int64(usage.OutputTokens);
        _rows.Int64(usage.InputCharacters);
        _rows.Int64(usage.OutputCharacters);
        _rows.Int64(usage.InputMicroseconds);
        _rows.Int64(usage.OutputMicroseconds);
        _rows.Json(_json.Details(usage));
    }

    private void AddMoney(UsageRecord record)
    {
        _rows.Int64(record.InputCost.Units);
        _rows.Int64(record.OutputCost.Units);
        _rows.Int64(record.Usage.ProviderCost?.Units);
        _rows.Int64(record.Charge.Units);
        _rows.Int16((short)record.RateType);
        _rows.Int16((short)record.TierType);
        _rows.Json(_json.Slices(record.Slices));
        _rows.Int64(record.Held.Units);
        _rows.Int64(record.Debit.Units);
        _rows.Int64(record.UnitsBefore);
        _rows.Int64(record.Units);
        _rows.Date(record.CycleStart);
        _rows.Int32(record.PriceVersion);
    }

    private void AddTimes(UsageRecord record)
    {
        _rows.Json(_json.Metadata(record.Metadata));
        _rows.Uuid(record.Fingerprint);
        _rows.Timestamp(record.CreatedAtMicros);
        _rows.Timestamp(record.CompletedAtMicros);
        _rows.Int64(record.TimeToFirstByteMicros);
        _rows.Int64(record.AddedMicros);
    }

    private void AddServing(UsageRecord record)
    {
        _rows.Int16((short)record.ServiceTier);
        _rows.Boolean(record.IsRegional);
        _rows.Int16((short)record.Usage.Reason);
        _rows.Json(_json.ByModel(record.ByModel));
        _rows.Int16((short)record.Job);
        _rows.Uuid(record.SpendKeyId);
    }
}
