using System.Text;
using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Jobs;

/// <summary>
/// Which answers about asynchronous jobs are billed: of each job the first that tells its end, whether that is the answer that began it or
/// one of a hundred that were asked how far it is.
/// </summary>
internal sealed class JobBilling(JobIndex jobs)
{
    /// <summary>
    /// The answer has ended: is it the one to bill? Says so in the record too, and remembers a job that began. Once per call.
    /// </summary>
    public bool Conclude(GatewayCall call, UsageRecord record) => call.Target!.Endpoint.Job switch
    {
        JobRole.Submit => Submitted(call, record),
        JobRole.Result => Asked(call, record),
        _ => true,
    };

    private bool Submitted(GatewayCall call, UsageRecord record)
    {
        var scanner = call.Scanner;
        if (call.Target!.Endpoint.Format == ApiFormat.OpenAiResponses && !call.Facts.Background)
        {
            return true;
        }

        if (scanner.IsError || scanner.Job == JobState.Failed)
        {
            return false;
        }

        // Done within its first answer, or nothing to ask by later: then this is the bill.
        if (scanner.Job == JobState.Succeeded || scanner.ResponseId.IsEmpty)
        {
            record.Job = scanner.ResponseId.IsEmpty ? JobState.None : JobState.Succeeded;
            return true;
        }

        // The client does not have the whole answer before the record is durable.
        record.Job = JobState.Running;
        record.ResponseId ??= Encoding.UTF8.GetString(scanner.ResponseId);
        record.Usage = call.Facts.Counts;
        jobs.Begin(JobIndex.Of(record, record.ResponseId));
        return false;
    }

    private bool Asked(GatewayCall call, UsageRecord record)
    {
        var hasEnded = !call.Scanner.IsError && call.Scanner.Job is JobState.Succeeded or JobState.Failed;
        if (!hasEnded || call.Job is not { } job || !jobs.TryEnd(job.Key))
        {
            return false;
        }

        record.Job = call.Scanner.Job;
        record.ResponseId = job.Key.Id;
        return record.Job == JobState.Succeeded;
    }
}
