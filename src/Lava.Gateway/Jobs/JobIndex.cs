using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Lava.Metering;

namespace Lava.Gateway.Jobs;

/// <summary>
/// The jobs whose end has not been seen. Only such a job is charged when an answer tells its end, and whoever takes it out first charges
/// it: once per job, however often and from wherever it is asked for. A job that is not here was charged already, or was not begun
/// through this gateway. Filled at start from the database and the journal's tail.
/// </summary>
public sealed class JobIndex
{
    private readonly ConcurrentDictionary<JobKey, OpenJob> _open = new();
    private int _count;

    /// <summary>Jobs that are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Is there no room for another? What a restart found is taken all the same.</summary>
    public bool IsFull => Count >= GatewayLimits.OpenJobs;

    /// <summary>The jobs that are open, as they are met: others come and go meanwhile.</summary>
    public IEnumerable<OpenJob> Open => _open.Select(entry => entry.Value);

    /// <summary>A job whose end has not been seen.</summary>
    public bool TryFind(in JobKey key, [MaybeNullWhen(false)] out OpenJob job) => _open.TryGetValue(key, out job);

    /// <summary>A job has begun. One that is known stays as it is: false.</summary>
    public bool Begin(OpenJob job)
    {
        var isNew = _open.TryAdd(job.Key, job);
        if (isNew)
        {
            Interlocked.Increment(ref _count);
        }

        return isNew;
    }

    /// <summary>Its end was seen: true for the one who is first.</summary>
    public bool TryEnd(in JobKey key)
    {
        var isFirst = _open.TryRemove(key, out _);
        if (isFirst)
        {
            Interlocked.Decrement(ref _count);
        }

        return isFirst;
    }

    /// <summary>Puts a record of the journal's tail, or of the database, in its place after a restart.</summary>
    public void Restore(UsageRecord record)
    {
        if (record is not { ResponseId: { } id, Job: JobState.Running or JobState.Succeeded or JobState.Failed })
        {
            return;
        }

        if (record.Job == JobState.Running)
        {
            Begin(Of(record, id));
        }
        else
        {
            TryEnd(new JobKey(record.MerchantId, record.Provider, id));
        }
    }

    /// <summary>The job that a record began.</summary>
    internal static OpenJob Of(UsageRecord record, string id) => new()
    {
        Key = new JobKey(record.MerchantId, record.Provider, id),
        Model = record.Model,
        Counts = record.Usage,
        Endpoint = record.Endpoint,
        ProviderKeyType = record.ProviderKeyType,
        BeganAtMicros = record.CreatedAtMicros,
        CustomerId = record.CustomerId,
        MeterId = record.MeterId,
        SpendKeyId = record.SpendKeyId,
        Billed = record.Billed,
        WalletId = record.WalletId,
        Hold = new JobHold(record.WalletId, record.Held),
    };
}
