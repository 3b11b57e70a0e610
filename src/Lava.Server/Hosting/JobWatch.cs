using Lava.Gateway;
using Lava.Gateway.Jobs;

namespace Lava.Server.Hosting;

/// <summary>
/// Sees to it that jobs are charged though nobody asks for their ends: an hour after its beginning a job is asked for, then after two
/// hours, four, eight, … until it is a month old.
/// </summary>
internal sealed class JobWatch
{
    private static readonly TimeSpan First = TimeSpan.FromHours(1);
    private static readonly TimeSpan Last = TimeSpan.FromDays(30);
    private readonly JobIndex _jobs;
    private readonly GatewayPipeline _pipeline;
    private readonly TimeProvider _time;
    private DateTimeOffset _lookedAt;
    private Task _asking = Task.CompletedTask;

    public JobWatch(JobIndex jobs, GatewayPipeline pipeline, TimeProvider time)
    {
        (_jobs, _pipeline, _time) = (jobs, pipeline, time);
        _lookedAt = time.GetUtcNow();
    }

    /// <summary>
    /// Begins to ask for those whose moment has come, one after the other, unless those of an earlier round are still being asked for: then
    /// their moments are looked at in a later round. At most all that are open (<see cref="GatewayLimits.OpenJobs"/>).
    /// </summary>
    public void Look()
    {
        if (_asking.IsCompleted)
        {
            var (since, now) = (_lookedAt, _time.GetUtcNow());
            _lookedAt = now;
            _asking = AskAsync([.. _jobs.Open.Where(job => IsDue(job, since, now))], now);
        }
    }

    // Ends with the pipeline: that cuts its call off and takes no other.
    private async Task AskAsync(List<OpenJob> due, DateTimeOffset now)
    {
        foreach (var job in due)
        {
            if (now - BeganAt(job) > Last)
            {
                _pipeline.GiveUp(job);
            }
            else
            {
                await _pipeline.FollowUpAsync(job);
            }
        }
    }

    /// <summary>
    /// Has one of its moments passed since? They need no memory of what was asked before; one that passes while the
    /// server is down is missed.
    /// </summary>
    private static bool IsDue(OpenJob job, DateTimeOffset since, DateTimeOffset now)
    {
        for (var (moment, wait) = (BeganAt(job) + First, First); moment <= now; moment += wait, wait += wait)
        {
            if (moment > since)
            {
                return true;
            }
        }

        return false;
    }

    private static DateTimeOffset BeganAt(OpenJob job) => DateTimeOffset.UnixEpoch.AddMicroseconds(job.BeganAtMicros);
}
