using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Wallets.Journal;

namespace Lava.Gateway.Reporting;

/// <summary>
/// Takes usage reports: priced, journalled, taken from the wallet, durable before the answer. The work already ran, so an empty wallet
/// goes into debt and the next gateway call is refused. The same id is recorded once, across restarts.
/// </summary>
public sealed class UsageReports(GatewayParts parts, IReportLookup lookup)
{
    private readonly ReportIndex _index = new(GatewayLimits.ReportsKept);

    /// <summary>Puts a record of the journal's tail back into the index after a restart.</summary>
    public void Restore(UsageRecord record, long sequence)
    {
        if (record.Reported && _index.TryClaim(record.MerchantId, record.RequestId, Task.FromResult<UsageRecord?>(record), out _))
        {
            _index.Keep(record.MerchantId, record.RequestId, sequence);
        }
    }

    /// <summary>Records a report, or finds the record of its first sending.</summary>
    public async Task<(ReportOutcome Outcome, UsageRecord? Record)> ReportAsync(UsageReport report, CancellationToken cancellationToken)
    {
        _index.Trim(lookup.AppliedSequence);
        if (_index.IsFull)
        {
            return (ReportOutcome.Overloaded, null);
        }

        var record = Build(report);
        while (true)
        {
            var mine = new TaskCompletionSource<UsageRecord?>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_index.TryClaim(record.MerchantId, record.RequestId, mine.Task, out var earlier))
            {
                return await RecordAsync(record, report, mine, cancellationToken).ConfigureAwait(false);
            }

            // Null: the earlier sending failed before it was recorded, and this one takes its place.
            if (await earlier.WaitAsync(cancellationToken).ConfigureAwait(false) is { } first)
            {
                return (first.Fingerprint == record.Fingerprint ? ReportOutcome.Recorded : ReportOutcome.Conflict, first);
            }
        }
    }

    private async Task<(ReportOutcome Outcome, UsageRecord? Record)> RecordAsync(
        UsageRecord record, UsageReport report, TaskCompletionSource<UsageRecord?> mine, CancellationToken cancellationToken)
    {
        UsageRecord? result = null;
        try
        {
            if (await lookup.FindAsync(record.MerchantId, record.RequestId, cancellationToken).ConfigureAwait(false) is { } known)
            {
                _index.Drop(record.MerchantId, record.RequestId);
                result = known;
                return (known.Fingerprint == record.Fingerprint ? ReportOutcome.Recorded : ReportOutcome.Conflict, known);
            }

            if (!parts.Journal.AdmitsReserves || !TryRecord(record, report, out var ticket))
            {
                _index.Drop(record.MerchantId, record.RequestId);
                return (ReportOutcome.JournalUnavailable, null);
            }

            // From here on the record exists: whoever waits for it is not told otherwise, whatever becomes of this caller.
            await parts.Journal.WaitDurableAsync(ticket).ConfigureAwait(false);
            _index.Keep(record.MerchantId, record.RequestId, parts.Journal.DurableSequence);
            result = record;
            parts.Wallets.Settle(record.WalletId, Money.Zero, record.Debit, out _);
            parts.Limits.Count(record);
            parts.Metrics.Settled(record);
            return (ReportOutcome.Recorded, record);
        }
        catch when (result is null)
        {
            _index.Drop(record.MerchantId, record.RequestId);
            throw;
        }
        finally
        {
            mine.SetResult(result);
        }
    }

    private UsageRecord Build(UsageReport report)
    {
        var now = parts.Time.GetUtcNow();
        var micros = (now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        var billed = report.Customer.Covers(report.Meter.Id);
        return new UsageRecord
        {
            Id = Ids.New(parts.Time),
            RequestId = report.RequestId,
            MerchantId = report.Merchant.Id,
            CustomerId = report.Customer.Id,
            MeterId = report.Meter.Id,
            WalletId = billed ? report.Customer.WalletId : report.Merchant.WalletId,
            Billed = billed,
            Reported = true,
            Status = RequestStatus.Completed,
            Usage = report.Usage with { Certainty = UsageCertainty.Exact },
            Metadata = report.Metadata,
            CycleStart = BillingCycle.StartOf(report.Customer, now),
            PriceVersion = parts.Pricing.Current.Prices.Version,
            CreatedAtMicros = micros,
            CompletedAtMicros = micros,
            Fingerprint = Fingerprint(report),
        };
    }

    private void Charge(UsageRecord record, UsageReport report)
    {
        var meter = report.Meter;
        record.RateType = meter.RateType;
        record.TierType = meter.TierType;
        record.Units = ChargeCalculator.Units(meter, record.Usage);
        record.UnitsBefore = parts.Positions.Advance(report.Customer.Id, meter.Id, record.CycleStart, record.Units);

        // No provider was called through here: there is no cost for a percentage to be taken of.
        var charge = ChargeCalculator.Charge(meter, record.Usage, Money.Zero, record.UnitsBefore);
        record.Charge = charge.Amount;
        record.Slices = charge.Slices;
        record.Debit = record.Billed ? record.Charge : Money.Zero;
    }

    private bool TryRecord(UsageRecord record, UsageReport report, out long ticket)
    {
        Charge(record, report);
        var encoded = new ArrayBufferWriter<byte>(512);
        UsageRecordCodec.Encode(record, encoded);
        var entry = new JournalEntry(JournalRecordType.Settle, record.Id, record.WalletId, Money.Zero, record.Debit);
        return parts.Journal.TryAppend(entry, encoded.WrittenSpan, out ticket);
    }

    /// <summary>What the report says, without when it was said.</summary>
    private static UInt128 Fingerprint(UsageReport report)
    {
        var usage = report.Usage;
        ReadOnlySpan<long> counts =
        [
            usage.InputTokens, usage.OutputTokens, usage.InputCharacters, usage.OutputCharacters,
            usage.InputMicroseconds, usage.OutputMicroseconds,
        ];
        var content = new ArrayBufferWriter<byte>(256);
        content.Write(report.Customer.Id.ToByteArray());
        content.Write(report.Meter.Id.ToByteArray());
        content.Write(MemoryMarshal.AsBytes(counts));
        content.Write(Encoding.UTF8.GetBytes(report.Metadata ?? ""));
        return UInt256.Sha256(content.WrittenSpan).A;
    }
}
