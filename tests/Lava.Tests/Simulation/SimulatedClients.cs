using Lava.Core;
using Lava.Metering;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>
/// Those who call and report. The steps of a call and of a report are those of the gateway's Settlement and UsageReports: memory,
/// then journal on the way in; journal, durable, then memory on the way out.
/// </summary>
internal sealed class SimulatedClients(World world, SimulatedPostgres postgres, JournalHistory history)
{
    private const int OpenCalls = 12;
    private readonly List<UsageRecord> _reports = [];
    private int _numbers;

    /// <summary>Every call and report that was ever begun, in order.</summary>
    public List<SimulatedCall> All { get; } = [];

    /// <summary>Calls in the present life of the server.</summary>
    public List<SimulatedCall> Open { get; } = [];

    public HashSet<Guid> Poison { get; } = [];

    /// <summary>Reports that their callers know to be recorded.</summary>
    public HashSet<string> Recorded { get; } = [];

    public void Begin(SimulatedServer server)
    {
        if (Open.Count == OpenCalls)
        {
            return;
        }

        var call = new SimulatedCall(NewRecord()) { Held = Amount(1000) };
        if (server.Wallets.Reserve(call.Wallet, call.Held, out var balance) != WalletOutcome.Done)
        {
            return;
        }

        Require(balance.Floor == WalletBalance.NoFloor || balance.Posted - balance.Reserved >= balance.Floor, "a wallet below its floor");
        All.Add(call);
        var size = server.Journal.SizeBytes;
        if (server.TryAppend(JournalRecordType.Reserve, call))
        {
            Require(size < server.Options.SizeLimitBytes - server.Options.SegmentBytes, "a call beyond the journal's limit");
            world.Trace.Add("reserve", call.Sequence, call.Held.Units);
            Open.Add(call);
        }
        else
        {
            world.Trace.Add("reserve refused", history.Last);
            server.Wallets.Release(call.Wallet, call.Held, out _);
        }
    }

    /// <summary>One of the open calls goes on; with <paramref name="toEnd"/> towards its end.</summary>
    public void GoOn(SimulatedServer server, bool toEnd)
    {
        if (Open.Count == 0)
        {
            return;
        }

        var call = Open[world.Random.Below(Open.Count)];
        switch (call.State)
        {
            case CallState.Reserved when server.IsDurable(call):
                call.Began = true;
                call.State = CallState.Running;
                break;
            case CallState.Reserved when world.Random.OneIn(8):
                Settle(server, call);
                break;
            case CallState.Running when !toEnd && world.Random.OneIn(3):
                Progress(server, call);
                break;
            case CallState.Running when world.Random.OneIn(6):
                Void(server, call);
                break;
            case CallState.Running:
                Settle(server, call);
                break;
            case CallState.Settling or CallState.Voiding when server.IsDurable(call):
                End(server, call);
                break;
        }
    }

    /// <summary>Sends a report, a new one or one that may have been taken before.</summary>
    public void Report(SimulatedServer server)
    {
        if (_reports.Count == 0 || world.Random.OneIn(2))
        {
            var fresh = NewRecord();
            fresh.Reported = true;
            fresh.RequestId = $"report {_numbers++}";
            fresh.Debit = world.Random.PerMille(world.Faults.Poison) ? Money.Zero : Amount(300);
            _reports.Add(fresh);
        }

        Send(server, _reports[world.Random.Below(_reports.Count)]);
    }

    /// <summary>Sends every report whose caller was not answered.</summary>
    public void ReportAgain(SimulatedServer server)
    {
        foreach (var report in _reports)
        {
            Send(server, report);
        }
    }

    private void Progress(SimulatedServer server, SimulatedCall call)
    {
        // It may need more; a wallet without more goes on with what it has.
        var more = Amount(200);
        if (world.Random.OneIn(2) && server.Wallets.Reserve(call.Wallet, more, out _) == WalletOutcome.Done)
        {
            call.Held += more;
        }

        call.Record.Debit = new Money(world.Random.Below((int)call.Held.Units + 1));
        if (server.TryAppend(JournalRecordType.Progress, call))
        {
            world.Trace.Add("progress", call.Sequence, call.Record.Debit.Units);
        }
    }

    private void Settle(SimulatedServer server, SimulatedCall call)
    {
        // Sometimes more than was held: debt.
        call.Record.Debit = new Money(world.Random.Below((int)call.Held.Units + 1 + (world.Random.OneIn(8) ? 300 : 0)));
        if (server.TryAppend(JournalRecordType.Settle, call))
        {
            world.Trace.Add("settle", call.Sequence, call.Record.Debit.Units);
            call.State = CallState.Settling;
        }
    }

    private void Void(SimulatedServer server, SimulatedCall call)
    {
        if (server.TryAppend(JournalRecordType.Void, call))
        {
            world.Trace.Add("void", call.Sequence);
            call.State = CallState.Voiding;
        }
    }

    private void End(SimulatedServer server, SimulatedCall call)
    {
        var settles = call.State == CallState.Settling;
        server.Wallets.Settle(call.Wallet, call.Held, settles ? call.Record.Debit : Money.Zero, out _);
        (call.Settled, call.Voided) = (settles, !settles);
        call.State = CallState.Ended;
        Open.Remove(call);
        if (call.Record.Reported)
        {
            server.Reports[call.Record.RequestId] = history.Told;
            Recorded.Add(call.Record.RequestId);
        }

        world.Trace.Add("told", call.Sequence);
    }

    private void Send(SimulatedServer server, UsageRecord report)
    {
        foreach (var (id, sequence) in server.Reports)
        {
            if (sequence <= server.Flusher.AppliedSequence)
            {
                server.Reports.Remove(id);
            }
        }

        var key = report.RequestId;
        if (server.Reports.TryGetValue(key, out var known))
        {
            // Without an end yet, the second sending waits for the first.
            if (known != long.MaxValue)
            {
                Recorded.Add(key);
            }

            return;
        }

        try
        {
            if (postgres.Read("find report", () => IsKept(key)))
            {
                Recorded.Add(key);
                return;
            }
        }
        catch (Npgsql.NpgsqlException)
        {
            return;
        }

        var record = UsageRecordCodec.Decode(Encode(report));
        record.Id = world.Random.Id();
        var call = new SimulatedCall(record) { State = CallState.Settling };
        if (record.Debit == Money.Zero)
        {
            Poison.Add(record.Id);
        }

        All.Add(call);
        if (server.Journal.AdmitsReserves && server.TryAppend(JournalRecordType.Settle, call))
        {
            world.Trace.Add("report", call.Sequence, record.Debit.Units);
            Open.Add(call);
            server.Reports.Add(key, long.MaxValue);
        }
    }

    private bool IsKept(string requestId) =>
        All.Exists(call => call.Record.RequestId == requestId && postgres.Tables.Requests.ContainsKey(call.Id));

    private static byte[] Encode(UsageRecord record)
    {
        var bytes = new byte[UsageRecordCodec.MaxSize(record)];
        return bytes[..UsageRecordCodec.Encode(record, bytes)];
    }

    private UsageRecord NewRecord()
    {
        var wallet = world.Random.OneIn(5) ? Tables.MerchantWallet : postgres.Tables.AnyCustomer(world.Random);
        return new UsageRecord
        {
            Id = world.Random.Id(),
            RequestId = $"call {_numbers++}",
            WalletId = wallet,
            Billed = wallet != Tables.MerchantWallet,
            CycleStart = new DateOnly(2026, 11, 1),
            Metadata = world.Random.OneIn(2) ? new string('m', world.Random.Below(600)) : null,
        };
    }

    private Money Amount(int most) => new(world.Random.Below(most + 1));

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new SimulationFailedException(otherwise);
        }
    }
}
