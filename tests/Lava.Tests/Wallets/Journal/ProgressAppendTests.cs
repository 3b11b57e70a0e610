using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>A PROGRESS is worth having, not worth waiting for, and never takes the room that ends of calls need.</summary>
public sealed class ProgressAppendTests
{
    private static readonly JournalEntry Progress = JournalFixture.Entry(JournalRecordType.Progress, JournalFixture.Id(1), debit: 3);

    [Fact]
    public async Task Progress_RingNearlyFull_IsRefusedAtOnce()
    {
        using var fixture = new JournalFixture(segmentBytes: 64 * 1024, ringBytes: 4096);
        await using var writer = fixture.Open();
        fixture.Disk.Hold();
        var taken = 0;
        while (writer.TryAppend(Progress, default, out _))
        {
            taken++;
        }

        Assert.InRange(taken, 1, 3072 / 64);
        JournalFixture.Append(writer, "a settlement lands");
        fixture.Disk.Release();
    }

    [Fact]
    public async Task Progress_NoNewCallIsTaken_IsTakenUpToTheSizeLimit()
    {
        using var fixture = new JournalFixture();
        fixture.Options = fixture.Options with { SizeLimitBytes = 4 * 4096 };
        await using var writer = fixture.Open();
        while (writer.AdmitsReserves)
        {
            await JournalFixture.AppendDurably(writer, [new string('s', 500)]);
        }

        var size = writer.SizeBytes;
        while (writer.TryAppend(Progress, default, out var ticket))
        {
            await writer.WaitDurableAsync(ticket);
        }

        Assert.InRange(writer.SizeBytes, size + 64, fixture.Options.SizeLimitBytes + 64);
        await JournalFixture.AppendDurably(writer, ["a settlement lands"]);
    }

    [Fact]
    public async Task Progress_DiskFull_IsRefused()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await fixture.FillDisk(writer);

        Assert.False(writer.TryAppend(Progress, default, out _));
    }
}
