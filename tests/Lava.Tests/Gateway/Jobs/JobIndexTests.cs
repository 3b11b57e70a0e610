using Lava.Gateway.Jobs;
using Lava.Metering;

namespace Lava.Tests.Gateway.Jobs;

public sealed class JobIndexTests
{
    private static readonly JobKey Key = new(Guid.Empty, "assemblyai", "t1");

    [Fact]
    public void Restore_BegunAndNotEnded_IsOpen()
    {
        var jobs = new JobIndex();

        jobs.Restore(Record(JobState.Running));
        jobs.Restore(Record(JobState.Running));

        Assert.Equal(1, jobs.Count);
        Assert.True(jobs.TryFind(Key, out var job));
        Assert.Equal(("universal", 7L), (job.Model, job.WalletId));
    }

    [Theory]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed)]
    public void Restore_BegunAndEnded_IsNotOpen(JobState end)
    {
        var jobs = new JobIndex();

        jobs.Restore(Record(JobState.Running));
        jobs.Restore(Record(end));

        Assert.Equal(0, jobs.Count);
        Assert.False(jobs.TryEnd(Key));
    }

    [Fact]
    public void TryEnd_Twice_OnlyTheFirst()
    {
        var jobs = new JobIndex();
        jobs.Restore(Record(JobState.Running));

        Assert.True(jobs.TryEnd(Key));
        Assert.False(jobs.TryEnd(Key));
        Assert.Equal(0, jobs.Count);
    }

    private static UsageRecord Record(JobState state) => new()
    {
        Provider = "assemblyai",
        ResponseId = "t1",
        Model = "universal",
        WalletId = 7,
        Job = state,
    };
}
