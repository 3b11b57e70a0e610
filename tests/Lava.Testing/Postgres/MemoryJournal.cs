using Lava.Metering;
using Lava.Postgres;
using Lava.Wallets.Journal;

namespace Lava.Testing.Postgres;

/// <summary>A journal in memory. A settlement's payload is the index of its record, which <see cref="Decode"/> finds again.</summary>
public sealed class MemoryJournal : IJournalSource
{
    private readonly Lock _lock = new();
    private readonly List<(JournalEntry Entry, byte[] Payload)> _entries = [];
    private readonly List<UsageRecord> _records = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _read;

    public long Confirmed { get; private set; }

    public long DurableSequence
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    public long Settle(UsageRecord record)
    {
        lock (_lock)
        {
            _records.Add(record);
            var entry = new JournalEntry(JournalRecordType.Settle, record.Id, record.WalletId, record.Held, record.Debit);
            return Append(entry, BitConverter.GetBytes(_records.Count - 1));
        }
    }

    public long Append(JournalEntry entry, byte[] payload)
    {
        lock (_lock)
        {
            _entries.Add((entry, payload));
            _appended.SetResult();
            _appended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _entries.Count;
        }
    }

    public UsageRecord Decode(ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            return _records[BitConverter.ToInt32(payload)];
        }
    }

    public async Task WaitForMoreAsync(long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task appended;
            lock (_lock)
            {
                appended = _appended.Task;
            }

            if (DurableSequence > sequence)
            {
                return;
            }

            await appended.WaitAsync(cancellationToken);
        }
    }

    public void Seek(long sequence) => _read = sequence;

    public bool TryReadNext(out JournalEntry entry, out long sequence, out ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            var found = _read < _entries.Count;
            (entry, var bytes) = found ? _entries[(int)_read] : default;
            payload = bytes;
            sequence = found ? ++_read : 0;
            return found;
        }
    }

    public void Confirm(long sequence)
    {
        if (sequence < Confirmed)
        {
            throw new InvalidOperationException($"Confirmed {Confirmed}, then {sequence}.");
        }

        Confirmed = sequence;
    }
}
