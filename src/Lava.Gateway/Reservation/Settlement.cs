using System.Buffers;
using Lava.Core;
using Lava.Gateway.Responses;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Gateway.Reservation;

/// <summary>
/// Steps 6 and 9 to 11: the only place where the gateway moves money. The order is law: memory, then journal on the way in;
/// journal, durable, then memory on the way out, so that a crash never leaves money free that is already spent.
/// </summary>
internal sealed class Settlement(WalletStore wallets, JournalWriter journal, MeterPositions positions, GatewayMetrics metrics)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _encoded;

    /// <summary>Step 6: holds the amount and puts the RESERVE into the journal, without waiting for the disk.</summary>
    public GatewayOutcome Reserve(GatewayCall call, Money amount)
    {
        var record = call.Record;
        var outcome = wallets.Reserve(record.WalletId, amount, out var balance);
        call.Balance = balance;
        call.Required = amount;
        switch (outcome)
        {
            case WalletOutcome.Insufficient:
                return record.Billed ? GatewayOutcome.InsufficientCredit : GatewayOutcome.BudgetExceeded;
            case WalletOutcome.NotFound:
                return GatewayOutcome.WalletMissing;
        }

        record.Held = amount;
        var entry = new JournalEntry(JournalRecordType.Reserve, record.Id, record.WalletId, amount, Money.Zero);
        try
        {
            if (journal.TryAppend(entry, Encode(record), out var ticket))
            {
                call.Hold.Begin(record.WalletId, amount, ticket);
                return GatewayOutcome.Ok;
            }

            return GatewayOutcome.JournalUnavailable;
        }
        finally
        {
            // Refused, or a record that can't be written: no one else knows of this hold.
            if (!call.Hold.IsHeld)
            {
                wallets.Release(record.WalletId, amount, out _);
                record.Held = Money.Zero;
            }
        }
    }

    /// <summary>No byte of a billable answer leaves before its RESERVE is on disk. The provider takes longer than the disk: seldom a wait.</summary>
    public ValueTask ReserveDurableAsync(GatewayCall call) =>
        call.Hold.IsHeld ? journal.WaitDurableAsync(call.Hold.Ticket) : ValueTask.CompletedTask;

    /// <summary>Steps 9 to 11, once per call: charge, record durably, settle. A second call does nothing.</summary>
    public async ValueTask SettleAsync(GatewayCall call)
    {
        var held = call.Hold.IsHeld;
        if (!call.Hold.TryEnd())
        {
            return;
        }

        var record = call.Record;
        Charge(call);
        var entry = new JournalEntry(JournalRecordType.Settle, record.Id, record.WalletId, record.Held, record.Debit);
        if (!journal.TryAppend(entry, Encode(record), out var ticket))
        {
            // Only a failed disk refuses a settlement, and then the process is on its way down: the hold stays in the journal.
            throw new InvalidOperationException("The journal took no settlement.");
        }

        await journal.WaitDurableAsync(ticket).ConfigureAwait(false);
        if (held || record.Debit != Money.Zero)
        {
            wallets.Settle(record.WalletId, record.Held, record.Debit, out var balance);
            call.Balance = balance;
        }

        metrics.Settled(record);
    }

    /// <summary>Ends a call that got no answer: recorded as an error, free but where the client itself broke it off.</summary>
    public ValueTask FailAsync(GatewayCall call, GatewayOutcome outcome)
    {
        var record = call.Record;
        record.CompletedAtMicros = call.NowMicros();
        record.Status = RequestStatus.Error;
        record.ErrorCode = outcome == GatewayOutcome.Ok ? ErrorCode.Internal.Code : GatewayErrors.Code(outcome).Code;
        record.Usage = new Usage { Certainty = UsageCertainty.Exact };
        if (outcome == GatewayOutcome.DownstreamAborted)
        {
            // The provider worked on it, and nobody waited for the bill: its input at least is charged.
            record.ErrorCode = "downstream_aborted";
            record.Usage = new Usage { InputTokens = call.EstimatedInput, Certainty = UsageCertainty.Partial };
        }

        return SettleAsync(call);
    }

    /// <summary>Step 9. The served model's price counts; where it has none, the requested one's.</summary>
    private void Charge(GatewayCall call)
    {
        var record = call.Record;
        if (!IsPayable(call, record.Usage))
        {
            // Figures that no money can pay are a lie or a bug of the provider's: the most that was reserved for takes their place.
            var (input, output) = call.Estimate;
            record.Usage = new Usage { InputTokens = input, OutputTokens = output, Certainty = UsageCertainty.Partial };
        }

        var usage = record.Usage;
        if (call.Price is { } price && usage.Certainty != UsageCertainty.Unknown)
        {
            var cost = CostCalculator.Cost(usage, price);
            record.InputCost = cost.Input;
            record.OutputCost = cost.Output;
        }

        // An error without usage is free on every meter, per-request ones too.
        var nothing = record.Status == RequestStatus.Error && usage is { InputTokens: 0, OutputTokens: 0 };
        var free = nothing || call.Target?.Endpoint.IsMetered != true || usage.Certainty == UsageCertainty.Unknown;
        if (call.Identity.Meter is { } meter && !free)
        {
            ChargeMeter(record, meter, usage);
        }

        record.Debit = record.Billed ? record.Charge : record.Cost;
    }

    /// <summary>Do cost and charge fit money? Asked before the customer's place in the tiers moves.</summary>
    private static bool IsPayable(GatewayCall call, in Usage usage)
    {
        if (call.Price is not { } price)
        {
            return true;
        }

        return CostCalculator.TryCost(usage, price, out var cost)
            && (call.Identity.Meter is not { } meter
                || ChargeCalculator.Highest(meter, cost.Total, usage.InputTokens, usage.OutputTokens, 0, 0) < Money.MaxValue);
    }

    private void ChargeMeter(UsageRecord record, Meter meter, in Usage usage)
    {
        record.RateType = meter.RateType;
        record.TierType = meter.TierType;
        record.Units = ChargeCalculator.Units(meter, usage);
        record.UnitsBefore = record.CustomerId is { } customer ? positions.Advance(customer, meter.Id, record.CycleStart, record.Units) : 0;
        var charge = ChargeCalculator.Charge(meter, usage, record.Cost, record.UnitsBefore);
        record.Charge = charge.Amount;
        record.Slices = charge.Slices;
    }

    private static ReadOnlySpan<byte> Encode(UsageRecord record)
    {
        // One buffer per thread: the journal copies before it returns.
        var writer = _encoded ??= new ArrayBufferWriter<byte>(1024);
        writer.ResetWrittenCount();
        UsageRecordCodec.Encode(record, writer);
        return writer.WrittenSpan;
    }
}
