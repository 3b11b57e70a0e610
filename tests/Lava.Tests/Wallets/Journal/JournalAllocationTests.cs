using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>Alone in its process time, for the figure is the process's.</summary>
[Collection(AllocationCollection.Name)]
public sealed class JournalAllocationTests
{
    private const int Records = 1000;
    private const int Rounds = 5;

    // One object per record would be 24 bytes or more; timers and the test runner allocate a little now and then.
    private const long AllowedBytesPerRecord = 8;

    [Fact]
    public async Task WaitDurable_SteadyState_AllocatesNothing()
    {
        using var fixture = new JournalFixture(segmentBytes: 1 << 20);
        await using var writer = fixture.Open();
        var payload = new byte[100];
        await RoundAsync(writer, payload);
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await RoundAsync(writer, payload);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Records);
        }

        Assert.InRange(least, 0, AllowedBytesPerRecord);
    }

    private static async Task RoundAsync(JournalWriter writer, byte[] payload)
    {
        for (var i = 0; i < Records; i++)
        {
            writer.TryAppend(JournalFixture.Entry(JournalRecordType.Settle, Guid.Empty), payload, out var ticket);
            await writer.WaitDurableAsync(ticket);
        }
    }
}
