using Lava.Billing.Credits;
using Lava.Core;
using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>
/// Proves the promises. It knows what was appended, what was committed and what clients were told, and nothing of how the
/// server comes to it.
/// </summary>
internal sealed class Auditor(SimulatedPostgres postgres, JournalHistory history, SimulatedClients clients, SimulatedPayers payers)
{
    private readonly Tables _tables = postgres.Tables;

    /// <summary>What PostgreSQL holds is what the journal says up to its position, and what was paid in, to the last unit.</summary>
    public void CheckBooks()
    {
        Require(_tables.Sequence <= history.Last, $"PostgreSQL holds {_tables.Sequence} records of a journal of {history.Last}");
        var rows = 0;
        foreach (var entry in Settlements(1, _tables.Sequence))
        {
            if (_tables.Requests.TryGetValue(entry.HoldId, out var row))
            {
                rows++;
                Require(row.Debit == entry.Debit && row.WalletId == entry.WalletId, $"the row of {entry} says {row}");
            }
            else
            {
                Require(clients.Poison.Contains(entry.HoldId) && _tables.Rejected.Contains(entry.HoldId), $"{entry} has no row");
            }
        }

        Require(rows == _tables.Requests.Count, $"{_tables.Requests.Count} rows for {rows} settlements");
        foreach (var wallet in _tables.Posted.Keys)
        {
            var sum = Sum(_tables.Entries.Where(entry => entry.Wallet == wallet).Select(entry => entry.Amount));
            Require(sum == _tables.Posted[wallet], $"wallet {wallet} has {_tables.Posted[wallet]}, its entries {sum}");
        }

        foreach (var wallet in _tables.Floors.Keys)
        {
            var expected = PaidIn(wallet) - Sum(Settlements(1, _tables.Sequence).Where(entry => entry.WalletId == wallet)
                .Select(entry => entry.Debit));
            var posted = _tables.Posted[wallet];
            Require(posted == expected, $"wallet {wallet} has {posted} in PostgreSQL instead of {expected}");
        }

        Require(Sum(_tables.Posted.Values) == Money.Zero, "the ledger does not balance");
        CheckGrants();
    }

    /// <summary>With nothing on its way: the live wallets are what PostgreSQL has and the journal's tail takes.</summary>
    public void CheckLive(SimulatedServer server)
    {
        foreach (var wallet in _tables.Floors.Keys)
        {
            var tail = Sum(Settlements(_tables.Sequence + 1, history.Last).Where(entry => entry.WalletId == wallet)
                .Select(entry => entry.Debit));
            var held = Sum(clients.Open.Where(call => call.Wallet == wallet).Select(call => call.Held));
            server.Wallets.TryRead(wallet, out var live);
            var expected = _tables.Posted[wallet] - tail;
            Require(live.Posted == expected, $"the live wallet {wallet} has {live.Posted} instead of {expected}");
            Require(live.Reserved == held, $"the live wallet {wallet} holds {live.Reserved} for calls of {held}");
        }
    }

    /// <summary>
    /// What calls that have ended will burn of grants that have expired: they ended before the expiry, which leaves it to them. A call
    /// that PostgreSQL does not have yet counts once its wallet has paid.
    /// </summary>
    public List<(List<GrantRow> Expired, Money Claim)> Claims(DateTimeOffset now)
    {
        var claims = new List<(List<GrantRow>, Money)>();
        foreach (var wallet in _tables.Floors.Keys)
        {
            var expired = _tables.Expired(wallet, now);
            var tail = Sum(Settlements(_tables.Sequence + 1, history.Last).Where(entry => entry.WalletId == wallet)
                .Select(entry => entry.Debit));
            var unpaid = Sum(clients.Open.Where(call => call.Wallet == wallet && call.State == CallState.Settling)
                .Select(call => call.Record.Debit));
            claims.Add((expired, Money.Min(tail - unpaid, Sum(expired.Select(grant => grant.Remaining)))));
        }

        return claims;
    }

    public static void CheckKept(List<(List<GrantRow> Expired, Money Claim)> claims)
    {
        foreach (var (expired, claim) in claims)
        {
            var left = Sum(expired.Select(grant => grant.Remaining));
            Require(left >= claim, $"an expiry left {left} of what calls had used {claim} of");
        }
    }

    /// <summary>What clients were told is so, and every call has one end. Only where all of the journal has been moved.</summary>
    public void CheckTold()
    {
        Require(_tables.Sequence == history.Last, $"PostgreSQL ends at {_tables.Sequence}, the journal at {history.Last}");
        var ends = Ends();
        foreach (var call in clients.All)
        {
            var known = ends.TryGetValue(call.Id, out var end);
            Require(!call.Began || known, $"a call that had begun has no end: {call.Id}");
            Require(!call.Settled || (known && end.Type == JournalRecordType.Settle && end.Debit == call.Record.Debit),
                $"a settlement of {call.Record.Debit} was told, {end} is kept");
            Require(!call.Voided || (known && end.Type == JournalRecordType.Void), $"a void was told, {end} is kept");
        }

        var reports = clients.All.Where(call => call.Record.Reported && _tables.Requests.ContainsKey(call.Id))
            .GroupBy(call => call.Record.RequestId).ToDictionary(group => group.Key, group => group.Count());
        Require(reports.Values.All(count => count == 1), "a report counts twice");
        var poison = clients.All.Where(call => clients.Poison.Contains(call.Id)).Select(call => call.Record.RequestId).ToHashSet();
        Require(clients.Recorded.All(id => reports.ContainsKey(id) || poison.Contains(id)), "a report that was taken is missing");
        CheckPayments();
    }

    /// <summary>Nothing that is not needed any more is kept, and nothing that expired.</summary>
    public void CheckNothingLeft(SimulatedServer server, SimulatedDisk disk, DateTimeOffset now)
    {
        Require(server.Journal.OpenHolds == 0, $"{server.Journal.OpenHolds} holds are open");
        var segments = disk.Names.Count(name => name.EndsWith(JournalFormat.SegmentSuffix, StringComparison.Ordinal));
        Require(segments == 1 && disk.Names.Count <= 2, "files are left: " + string.Join(", ", disk.Names));
        foreach (var wallet in _tables.Floors.Keys)
        {
            Require(_tables.Expired(wallet, now).Count == 0, $"wallet {wallet} has credit that expired");
        }
    }

    // Each hold once: from its RESERVE, or from a report, to its one end.
    private Dictionary<Guid, JournalEntry> Ends()
    {
        var open = new HashSet<Guid>();
        var ends = new Dictionary<Guid, JournalEntry>();
        for (var sequence = 1L; sequence <= history.Last; sequence++)
        {
            var entry = history[sequence];
            if (entry.Type is JournalRecordType.Settle or JournalRecordType.Void)
            {
                open.Remove(entry.HoldId);
                Require(ends.TryAdd(entry.HoldId, entry), $"two ends: {ends.GetValueOrDefault(entry.HoldId)} and {entry}");
            }
            else
            {
                Require(entry.Type != JournalRecordType.Reserve || open.Add(entry.HoldId), $"reserved twice: {entry}");
                Require(!ends.ContainsKey(entry.HoldId), $"after its end: {entry}");
            }
        }

        Require(open.Count == 0, $"{open.Count} calls have no end");
        return ends;
    }

    private void CheckPayments()
    {
        foreach (var payment in payers.All)
        {
            var grant = _tables.Grants.Where(row => row.New.IdempotencyKey == payment.First.IdempotencyKey).ToArray();
            Require(grant.Length == (payment.Answers.Count > 0 ? 1 : grant.Length) && grant.Length <= 1, "a payment counts not once");
            foreach (var (sent, (outcome, answered)) in payment.Answers)
            {
                var row = grant[0].New;
                Require(answered!.Id == row.Id && answered.Amount == row.Amount, "another grant was answered than is kept");
                Require((outcome == GrantOutcome.Conflict) == (sent.Fingerprint != row.Fingerprint),
                    $"{outcome} was answered to {sent.Amount} where {row.Amount} is kept");
            }
        }
    }

    // Of a customer's credit the wallet holds the sum, debts aside; which grant it is in, a model says that moves unit by unit.
    private void CheckGrants()
    {
        foreach (var wallet in _tables.Floors.Keys.Where(wallet => wallet != Tables.MerchantWallet))
        {
            var model = new GrantModel();
            foreach (var move in _tables.Moves.Where(move => move.Wallet == wallet))
            {
                model.Apply(move.Grant, move.Debit, move.ExpiredAt);
            }

            Require(model.Balance == _tables.Posted[wallet], $"the grants of wallet {wallet} make {model.Balance}");
            foreach (var grant in _tables.Grants.Where(grant => grant.New.WalletId == wallet))
            {
                Require(model.Remaining(grant) == grant.Remaining,
                    $"a grant of {grant.New.Amount} has {grant.Remaining} instead of {model.Remaining(grant)}");
            }
        }
    }

    private Money PaidIn(long wallet) =>
        Sum(_tables.Moves.Where(move => move.Wallet == wallet && move.Grant is not null).Select(move => move.Grant!.New.Amount))
        - Sum(_tables.Moves.Where(move => move.Wallet == wallet && move.ExpiredAt is not null).Select(move => move.Debit));

    private IEnumerable<JournalEntry> Settlements(long from, long to)
    {
        for (var sequence = from; sequence <= to; sequence++)
        {
            if (history[sequence].Type == JournalRecordType.Settle)
            {
                yield return history[sequence];
            }
        }
    }

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, amount) => sum + amount);

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new SimulationFailedException(otherwise + ".");
        }
    }
}
