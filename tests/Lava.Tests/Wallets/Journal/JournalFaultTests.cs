using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>A disk that is full, or that fails: who is told what, and what is on disk afterwards.</summary>
public sealed class JournalFaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failure_OfTheDisk_IsReportedOnceAndNobodyIsToldDurable(bool sync)
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, ["good"]);
        fixture.Disk.Hold();
        var tickets = Enumerable.Range(0, 5).Select(i => JournalFixture.Append(writer, $"bad {i}")).ToList();
        var waits = tickets.ConvertAll(ticket => writer.WaitDurableAsync(ticket).AsTask());
        var more = writer.WaitForMoreAsync(1, CancellationToken.None);
        await JournalFixture.Until(() => fixture.Disk.IsWaiting);
        fixture.Disk.FailSync = sync;
        fixture.Disk.FailWrite = !sync;
        tickets.AddRange(Enumerable.Range(0, 5).Select(i => JournalFixture.Append(writer, $"worse {i}")));
        waits.AddRange(tickets[5..].ConvertAll(ticket => writer.WaitDurableAsync(ticket).AsTask()));
        fixture.Disk.Release();

        var failed = 0;
        foreach (var wait in waits)
        {
            failed += await Record.ExceptionAsync(() => wait) is JournalFailedException ? 1 : 0;
        }

        // Where the write fails the commit that was under way has landed: some of the first five are durable, none of the others.
        Assert.True(sync ? failed == 10 : failed >= 5);
        if (sync)
        {
            await Assert.ThrowsAsync<JournalFailedException>(() => more);
            Assert.Equal(1, writer.DurableSequence);
        }

        await Assert.ThrowsAsync<JournalFailedException>(() => writer.WaitDurableAsync(tickets[^1]).AsTask());
        Assert.False(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Settle, Guid.Empty), default, out _));
        Assert.False(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Reserve, Guid.Empty), default, out _));
        await JournalFixture.Until(() => fixture.Failures.Count > 0);
        fixture.Disk.FailSync = fixture.Disk.FailWrite = false;
        await writer.DisposeAsync();
        Assert.Single(fixture.Failures);
        Assert.False(writer.IsDurable(tickets[^1]));
    }

    [Fact]
    public async Task TryAppend_DiskFull_RefusesReservesAndLandsSettlementsUntilThereIsRoom()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await fixture.FillDisk(writer);

        Assert.False(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Reserve, JournalFixture.Id(1)), default, out _));
        await JournalFixture.AppendDurably(writer, ["lands"]);

        fixture.Disk.Full = false;
        await JournalFixture.Until(() => writer.AdmitsReserves);
        await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('s', 500), 20));
        Assert.Empty(fixture.Failures);
    }

    [Fact]
    public async Task TryAppend_DiskSilent_RefusesReservesUntilItAnswers()
    {
        using var fixture = new JournalFixture();
        fixture.Options = fixture.Options with { StallLimit = TimeSpan.FromMilliseconds(1) };
        await using var writer = fixture.Open();
        fixture.Disk.Hold();
        var waits = JournalFixture.Append(writer, "waits");
        await JournalFixture.Until(() => writer.IsStalled);

        Assert.False(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Reserve, JournalFixture.Id(1)), default, out _));
        var later = JournalFixture.Append(writer, "a settlement waits as well");

        fixture.Disk.Release();
        await writer.WaitDurableAsync(waits);
        await writer.WaitDurableAsync(later);
        await JournalFixture.Until(() => writer.AdmitsReserves);
    }

    [Fact]
    public async Task Confirm_DiskFails_IsReported()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('x', 1000), 9));
        fixture.Disk.OnNamesSynced = () => throw new IOException("Input/output error");

        Assert.Throws<IOException>(() => writer.Confirm(writer.DurableSequence));

        Assert.Equal("Input/output error", Assert.Single(fixture.Failures).Message);
        fixture.Disk.OnNamesSynced = null;
    }

    [Fact]
    public async Task Close_DiskFull_EndsWithoutASeal()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            await fixture.FillDisk(writer);
        }

        Assert.Equal(2, fixture.Segments.Length);
        Assert.Empty(fixture.Failures);
        Assert.All(fixture.ReadAll(), payload => Assert.Equal(500, payload.Length));
    }

    [Fact]
    public async Task TryAppend_DiskFullAndTheSegmentToo_LandsSettlementsWhenThereIsRoom()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await fixture.FillDisk(writer);
        var tickets = Enumerable.Range(0, 20).Select(_ => JournalFixture.Append(writer, new string('s', 500))).ToList();
        await JournalFixture.Until(() => writer.IsDurable(tickets[0]) || writer.SizeBytes > 4096);
        Assert.False(writer.IsDurable(tickets[^1]));
        Assert.False(writer.TryAppend(JournalFixture.Entry(JournalRecordType.Reserve, JournalFixture.Id(1)), default, out _));

        fixture.Disk.Full = false;

        await writer.WaitDurableAsync(tickets[^1]);
        Assert.True(writer.AdmitsReserves);
        Assert.Empty(fixture.Failures);
    }

    [Fact]
    public async Task TryAppend_RingFullWhenTheDiskFails_IsReleasedAndRefused()
    {
        using var fixture = new JournalFixture(ringBytes: 4096);
        await using var writer = fixture.Open();
        fixture.Disk.Hold();
        var settle = JournalFixture.Entry(JournalRecordType.Settle, Guid.Empty);
        var blocked = Task.Factory.StartNew(
            () =>
            {
                while (writer.TryAppend(settle, default, out _))
                {
                }
            },
            TaskCreationOptions.LongRunning);
        await JournalFixture.Until(() => fixture.Disk.IsWaiting);
        Assert.False(blocked.IsCompleted);

        fixture.Disk.FailSync = true;
        fixture.Disk.Release();

        await blocked;
        await JournalFixture.Until(() => fixture.Failures.Count > 0);
        fixture.Disk.FailSync = false;
    }

    [Fact]
    public async Task Failure_OfASync_LeavesWhatWasDurableAndNoPromise()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, ["durable"]);
        fixture.Disk.FailSync = true;
        await Assert.ThrowsAsync<JournalFailedException>(
            () => writer.WaitDurableAsync(JournalFixture.Append(writer, "unknown")).AsTask());
        Assert.False(writer.AdmitsReserves);
        Assert.Equal(1, writer.DurableSequence);
        await fixture.Kill(writer);
        fixture.Disk.FailSync = false;

        // It was written, so it may be found: then it is synced before anything counts on it.
        Assert.Equal(["durable", "unknown"], fixture.ReadAll());
        await using var again = fixture.Open();
        Assert.Equal(2, again.DurableSequence);
    }

    [Fact]
    public async Task Open_SyncFails_ThrowsAndLetsGoOfTheDirectory()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, ["a"]);
        await fixture.Kill(writer);
        fixture.Disk.FailSync = true;

        Assert.Throws<IOException>(fixture.Open);

        fixture.Disk.FailSync = false;
        await using var again = fixture.Open();
    }

    [Fact]
    public async Task Close_SyncFails_IsReportedOnceAndLosesNothing()
    {
        using var fixture = new JournalFixture();
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, ["a"]);

        // The spare segment's thread must not fail: without a segment there is no seal.
        fixture.Disk.OnSync = static () =>
        {
            if (Thread.CurrentThread.Name == "journal")
            {
                throw new IOException("Input/output error");
            }
        };

        await writer.DisposeAsync();

        Assert.Single(fixture.Failures);
        Assert.Equal(["a"], fixture.ReadAll());
    }
}
