using System.Buffers;
using System.Runtime.CompilerServices;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Jobs;
using Lava.Gateway.Limits;
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
internal sealed class Settlement(
    WalletStore wallets, JournalWriter journal, CallPricing pricing, LimitCounters limits, GatewayMetrics metrics)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _encoded;

    /// <summary>
    /// Would a new call be taken now? What is recorded without a reservation asks first, too: the journal's limit holds for all.
    /// </summary>
    public bool Admits => journal.AdmitsReserves;

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
        var appended = false;
        try
        {
            appended = TryAppend(JournalRecordType.Reserve, record, out var ticket);
            if (appended)
            {
                call.Hold.Begin(record.WalletId, amount, ticket);
            }
        }
        finally
        {
            // Also where the record could not be written at all: no hold without its RESERVE.
            if (!appended)
            {
                wallets.Release(record.WalletId, amount, out _);
                record.Held = Money.Zero;
            }
        }

        return appended ? GatewayOutcome.Ok : GatewayOutcome.JournalUnavailable;
    }

    /// <summary>
    /// No byte of a billable answer leaves before its RESERVE is on disk. The provider takes longer than the disk: seldom a wait.
    /// </summary>
    public ValueTask ReserveDurableAsync(GatewayCall call) =>
        call.Hold.IsHeld ? journal.WaitDurableAsync(call.Hold.Ticket) : ValueTask.CompletedTask;

    /// <summary>
    /// A long call goes on: puts into the journal what it comes to so far, without waiting for anything. What it comes to over its hold
    /// is held too where the wallet has it, so that no other call can spend it; else it becomes debt at the end.
    /// </summary>
    /// <param name="call">The call, which holds.</param>
    /// <param name="record">A copy of its record, as if it ended now; gets its price.</param>
    /// <param name="price">The price of the model that answers.</param>
    public void Progress(GatewayCall call, UsageRecord record, ModelPrice? price)
    {
        pricing.PriceSoFar(call, record, price);
        var hold = call.Hold;
        var growth = Money.Max(Money.Zero, record.Debit - hold.Amount);
        if (growth > Money.Zero && wallets.Reserve(hold.WalletId, growth, out _) != WalletOutcome.Done)
        {
            growth = Money.Zero;
        }

        record.Held = hold.Amount + growth;
        var appended = false;
        try
        {
            appended = TryAppend(JournalRecordType.Progress, record, out _);
        }
        finally
        {
            if (appended)
            {
                hold.Grow(record.Held);
                call.Record.Held = record.Held;
                metrics.Progressed();
            }
            else if (growth > Money.Zero)
            {
                // The journal has no room for it now: the hold stays what the journal says it is.
                wallets.Release(hold.WalletId, growth, out _);
            }
        }
    }

    /// <summary>Steps 9 to 11, once per call: charge, record durably, settle. A second call does nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SettleAsync(GatewayCall call)
    {
        if (call.Hold.IsEnded)
        {
            return;
        }

        var record = call.Record;
        pricing.Price(call);
        Append(JournalRecordType.Settle, record, out var ticket);
        call.Hold.End();
        await journal.WaitDurableAsync(ticket).ConfigureAwait(false);
        var held = call.KeptHold is null ? record.Held : Money.Zero;
        if (held != Money.Zero || record.Debit != Money.Zero)
        {
            wallets.Settle(record.WalletId, held, record.Debit, out var balance);
            call.Balance = balance;
        }

        limits.Settle(call);
        if (call.EndedHold is { } ended)
        {
            // After the charge: between the two nobody finds the money free.
            call.EndedHold = null;
            GiveBack(ended);
        }

        metrics.Settled(record);
    }

    /// <summary>Nobody will charge the job any more: gives back what it holds; nothing on a second call.</summary>
    public void Release(OpenJob job)
    {
        if (job.Hold.TryEnd())
        {
            GiveBack(job.Hold);
        }
    }

    /// <summary>
    /// Holds again what open jobs held before a restart, as far as their wallets have it: a wallet that has less by now holds nothing.
    /// </summary>
    public void HoldAgain(OpenJob job, Customer? customer)
    {
        if (!job.Hold.IsHeld && wallets.Reserve(job.Hold.WalletId, job.Hold.Amount, out _) == WalletOutcome.Done)
        {
            job.Hold.Begin(limits.Restore(job, customer, job.Hold.Amount));
        }
    }

    private void GiveBack(JobHold hold)
    {
        wallets.Release(hold.WalletId, hold.Amount, out _);
        hold.Limits?.Release();
    }

    /// <summary>
    /// The last resort, for a call whose settlement failed by a bug: gives the hold back, so that it does not stay for ever.
    /// </summary>
    public async ValueTask VoidAsync(GatewayCall call)
    {
        call.Limits?.Release();
        if (call.EndedHold is { } ended)
        {
            call.EndedHold = null;
            GiveBack(ended);
        }

        if (!call.Hold.IsHeld)
        {
            return;
        }

        if (call.KeptHold?.TryEnd() == true)
        {
            // The job holds nothing then; what the call held goes below.
            call.KeptHold.Limits?.Release();
        }

        var record = call.Record;
        var entry = new JournalEntry(JournalRecordType.Void, record.Id, call.Hold.WalletId, call.Hold.Amount, Money.Zero);
        if (journal.TryAppend(entry, default, out var ticket))
        {
            call.Hold.End();
            await journal.WaitDurableAsync(ticket).ConfigureAwait(false);
            wallets.Release(call.Hold.WalletId, call.Hold.Amount, out _);
        }
    }

    private void Append(JournalRecordType type, UsageRecord record, out long ticket)
    {
        if (!TryAppend(type, record, out ticket))
        {
            // Only a failed disk refuses a settlement, and then the process is on its way down: the hold stays in the journal.
            throw new InvalidOperationException("The journal took no settlement.");
        }
    }

    private bool TryAppend(JournalRecordType type, UsageRecord record, out long ticket)
    {
        // One buffer per thread: the journal copies before it returns.
        var writer = _encoded ??= new ArrayBufferWriter<byte>(1024);
        writer.ResetWrittenCount();
        UsageRecordCodec.Encode(record, writer);
        var entry = new JournalEntry(type, record.Id, record.WalletId, record.Held, record.Debit);
        return journal.TryAppend(entry, writer.WrittenSpan, out ticket);
    }
}
