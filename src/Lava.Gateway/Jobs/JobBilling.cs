using System.Text;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Jobs;

/// <summary>
/// Which answers about asynchronous jobs are billed: of each job the first that tells its end, whether that is the answer that began it or
/// one of a hundred that were asked how far it is.
/// </summary>
internal sealed class JobBilling(JobIndex jobs)
{
    /// <summary>May the call begin a job? A response of OpenAI's only in the background.</summary>
    public static bool MayBegin(GatewayCall call) =>
        call.Target!.Endpoint.Job == JobRole.Submit
        && (call.Target.Endpoint.Format != ApiFormat.OpenAiResponses || call.Facts.Background);

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
        if (!MayBegin(call))
        {
            return true;
        }

        if (scanner.IsError || scanner.Job == JobState.Failed)
        {
            return false;
        }

        // Done within its first answer, or nothing to ask by later: then this is the bill. An id that may have been cut is nothing to
        // ask by: two jobs can have the same.
        var isNamed = scanner.ResponseId.Length is > 0 and < ResponseScanner.IdBytesMax;
        if (scanner.Job == JobState.Succeeded || !isNamed)
        {
            return true;
        }

        // The client does not have the whole answer before the record is durable.
        record.Job = JobState.Running;
        record.ResponseId ??= Encoding.UTF8.GetString(scanner.ResponseId);
        record.Usage = call.Facts.Counts;
        Begin(call, JobIndex.Of(record, record.ResponseId) with { InputBytes = call.Body.Length });
        return false;
    }

    /// <summary>The job takes over what the call holds, before anybody can see its end.</summary>
    private void Begin(GatewayCall call, OpenJob job)
    {
        if (!call.Hold.IsHeld)
        {
            jobs.Begin(job);
            return;
        }

        job.Hold.Begin(call.Limits);
        if (jobs.Begin(job))
        {
            (call.KeptHold, call.Limits) = (job.Hold, null);
        }
    }

    private bool Asked(GatewayCall call, UsageRecord record)
    {
        var state = call.Scanner.Job;
        if (call.Job is not { } job || state is JobState.None or JobState.Running
            || (call.Scanner.IsError && state != JobState.Failed) || !jobs.TryEnd(job.Key))
        {
            return false;
        }

        call.EndedHold = job.Hold.TryEnd() ? job.Hold : null;
        record.Job = call.Scanner.Job;
        record.ResponseId = job.Key.Id;
        return record.Job == JobState.Succeeded;
    }
}
