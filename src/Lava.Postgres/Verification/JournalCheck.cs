using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>
/// A node's journal against its position in PostgreSQL. The position belongs to the snapshot, so both directions are exact while a server
/// runs: what the journal has settled up to it is booked, and nothing behind it is yet.
/// </summary>
internal sealed class JournalCheck : ICheck
{
    // One lookup each: enough that its round trip does not count, few enough that it stays an index scan.
    private const int BatchRecords = 5_000;

    private readonly CheckTally _whole = new("the journal is whole, and meets PostgreSQL's position");
    private readonly CheckTally _booked = new("each settlement of the journal is booked, up to that position");
    private readonly List<(JournalEntry Entry, long Sequence)> _batch = new(BatchRecords);
    private readonly string _directory;
    private readonly int _nodeId;
    private readonly long _oldest;
    private long _position;

    /// <summary>
    /// Looks for the oldest record before the snapshot is taken: a running server deletes segments that a later position has.
    /// </summary>
    public JournalCheck(string directory, int nodeId)
    {
        _directory = directory;
        _nodeId = nodeId;
        var inspector = new JournalInspector(directory);
        _oldest = inspector.TryRead(out var record) ? record.Sequence : inspector.ToInspection().OldestSequence;
    }

    /// <summary>Two results: the journal itself, its settlements.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        _position = await BookSnapshot.ReadPositionAsync(connection, _nodeId, cancellationToken);
        var inspector = new JournalInspector(_directory);
        while (Fill(inspector))
        {
            await CheckBatchAsync(connection, cancellationToken);
        }

        CheckWhole(inspector.ToInspection());
        return [_whole.ToResult(), _booked.ToResult()];
    }

    // False: nothing is left to check.
    private bool Fill(JournalInspector inspector)
    {
        _batch.Clear();
        while (_batch.Count < BatchRecords && inspector.TryRead(out var record))
        {
            _whole.Look();
            if (record.Entry.Type == JournalRecordType.Settle)
            {
                _booked.Look();
                _batch.Add((record.Entry, record.Sequence));
            }
        }

        return _batch.Count > 0;
    }

    private async Task CheckBatchAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var booked = await ReadBookedAsync(connection, cancellationToken);
        var missing = new Dictionary<long, JournalEntry>();
        foreach (var (entry, sequence) in _batch)
        {
            var found = booked.TryGetValue(entry.HoldId, out var row);
            if (sequence > _position && found)
            {
                Differs(entry, sequence, $"not booked yet, for PostgreSQL is at {_position}", Text(row));
            }
            else if (sequence <= _position && found && row != (entry.WalletId, entry.Debit.Units))
            {
                Differs(entry, sequence, Text((entry.WalletId, entry.Debit.Units)), Text(row));
            }
            else if (sequence <= _position && !found)
            {
                missing.Add(sequence, entry);
            }
        }

        if (missing.Count > 0)
        {
            await CheckMissingAsync(connection, missing, cancellationToken);
        }
    }

    private async Task<Dictionary<Guid, (long Wallet, long Debit)>> ReadBookedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select id, wallet_id, debit from requests where id = any (@ids)", connection)
            .Add("ids", _batch.ConvertAll(record => record.Entry.HoldId).ToArray());
        command.CommandTimeout = 0;
        var rows = await command.ReadAllAsync(row => (Id: row.GetGuid(0), Row: (row.GetInt64(1), row.GetInt64(2))), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Row);
    }

    // What was put aside is a difference of a check of its own, and a quiet server's journal reaches back to months that were removed.
    private async Task CheckMissingAsync(
        NpgsqlConnection connection, Dictionary<long, JournalEntry> missing, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select m.sequence from unnest(@sequences, @ids) m (sequence, id)
            where exists (select from rejected_records r where r.node_id = @node and r.sequence = m.sequence)
              or exists (select from ({LedgerChecks.Removed}) x where m.id >= x.first_id and m.id < x.end_id)
            """,
            connection)
            .Add("node", _nodeId).Add("sequences", missing.Keys.ToArray())
            .Add("ids", missing.Values.Select(entry => entry.HoldId).ToArray());
        foreach (var sequence in await command.ReadAllAsync(row => row.GetInt64(0), cancellationToken))
        {
            missing.Remove(sequence);
        }

        foreach (var (sequence, entry) in missing)
        {
            Differs(entry, sequence, Text((entry.WalletId, entry.Debit.Units)), "nothing");
        }
    }

    private void CheckWhole(JournalInspection journal)
    {
        _whole.Note = $"records {journal.OldestSequence} to {journal.LastSequence}, PostgreSQL has them to {_position}; "
            + $"{journal.OpenHolds.Count} calls open; {EndOf(journal)}";
        if (journal.NodeId is { } node && node != _nodeId)
        {
            _whole.Differs($"{_directory}: expected the journal of node {_nodeId}, found that of node {node} (--node-id)");
        }

        if (_oldest > _position + 1)
        {
            _whole.Differs($"records {_position + 1} to {_oldest - 1}: expected in PostgreSQL or in {_directory}, found in neither");
        }

        if (journal.Damage is { } damage)
        {
            _whole.Differs($"{damage.File}, offset {damage.Offset}: {damage.Reason} ('lava journal inspect' says more)");
        }
        else if (journal.LastSequence < _position)
        {
            _whole.Differs(
                $"{_directory}: expected records up to {_position}, which PostgreSQL has, found its end at {journal.LastSequence}");
        }
    }

    private static string EndOf(JournalInspection journal) => journal.End switch
    {
        JournalEnd.Clean => "it ends cleanly",
        JournalEnd.Torn => "an append is under way, or was cut short",
        _ => "it is damaged",
    };

    private void Differs(in JournalEntry entry, long sequence, string expected, string found) =>
        _booked.Differs($"record {sequence}, call {entry.HoldId}: expected {expected}, found {found}");

    private static string Text((long Wallet, long Debit) row) =>
        $"a request that takes {new Core.Money(row.Debit)} from wallet {row.Wallet}";
}
