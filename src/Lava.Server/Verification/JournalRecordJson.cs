using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lava.Metering;
using Lava.Wallets.Journal;

namespace Lava.Server.Verification;

/// <summary>A journal record as one line of JSON, with what its payload says of the call: enough to book it by hand.</summary>
internal sealed class JournalRecordJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;

    public JournalRecordJson()
    {
        _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>The line, without its end.</summary>
    public string Line(in JournalRecord record)
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        var entry = record.Entry;
        _json.WriteStartObject();
        _json.WriteNumber("sequence", record.Sequence);
        _json.WriteString("type", entry.Type.ToString().ToLowerInvariant());
        _json.WriteString("hold_id", entry.HoldId);
        _json.WriteNumber("wallet_id", entry.WalletId);
        _json.WriteString("held", entry.Held.ToString());
        _json.WriteString("debit", entry.Debit.ToString());
        if (record.IsBehindDamage)
        {
            _json.WriteBoolean("behind_damage", true);
        }

        if (!record.Payload.IsEmpty)
        {
            WriteCall(record.Payload);
        }

        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_bytes.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();

    private void WriteCall(ReadOnlySpan<byte> payload)
    {
        UsageRecord call;
        try
        {
            call = UsageRecordCodec.Decode(payload);
        }
        catch (InvalidDataException unreadable)
        {
            _json.WriteString("unreadable", unreadable.Message);
            return;
        }

        _json.WriteString("request_id", call.RequestId);
        _json.WriteString("merchant_id", call.MerchantId);
        Write("customer_id", call.CustomerId);
        Write("meter_id", call.MeterId);
        _json.WriteString("status", call.Status.ToString().ToLowerInvariant());
        _json.WriteString("model", call.Model);
        _json.WriteNumber("input_tokens", call.Usage.InputTokens);
        _json.WriteNumber("output_tokens", call.Usage.OutputTokens);
        _json.WriteString("cost", call.Cost.ToString());
        _json.WriteString("charge", call.Charge.ToString());
        _json.WriteString("created_at", DateTime.UnixEpoch.AddMicroseconds(call.CreatedAtMicros));
    }

    private void Write(string name, Guid? id)
    {
        if (id is { } value)
        {
            _json.WriteString(name, value);
        }
    }
}
