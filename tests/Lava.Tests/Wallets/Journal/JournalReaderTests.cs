using System.Text;
using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

public sealed class JournalReaderTests
{
    [Fact]
    public async Task TryRead_BehindALiveWriter_ReturnsEveryDurableRecordOnce()
    {
        const int Records = 20_000;
        using var fixture = new JournalFixture(segmentBytes: 64 * 1024);
        await using var writer = fixture.Open();
        var tailing = Task.Run(async () =>
        {
            using var reader = JournalReader.Open(fixture.Path, 0);
            var payloads = new List<string>();
            while (payloads.Count < Records)
            {
                await writer.WaitForMoreAsync(payloads.Count, CancellationToken.None);
                var durable = writer.DurableSequence;
                while (reader.TryRead(durable, out _, out var sequence, out var payload))
                {
                    payloads.Add(Encoding.UTF8.GetString(payload.Span));
                    Assert.Equal(payloads.Count, sequence);
                }

                Assert.Equal(durable, payloads.Count);
                writer.Confirm(durable);
            }

            return payloads;
        });
        for (var i = 0; i < Records; i++)
        {
            var ticket = JournalFixture.Append(writer, $"record {i}" + new string('r', i % 50));
            if (i % 7 == 0)
            {
                await writer.WaitDurableAsync(ticket);
            }
        }

        var read = await tailing;
        Assert.Equal(Enumerable.Range(0, Records).Select(i => $"record {i}" + new string('r', i % 50)), read);
        Assert.True(writer.OldestSequence > 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(99)]
    [InlineData(100)]
    public async Task Open_AfterARecord_StartsWithTheNext(int after)
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Range(1, 100).Select(i => $"{i}" + new string('p', 700)));

        using var reader = JournalReader.Open(fixture.Path, after);
        for (var i = after + 1; i <= 100; i++)
        {
            Assert.True(reader.TryRead(100, out _, out var sequence, out var payload));
            Assert.Equal(i, sequence);
            Assert.StartsWith($"{i}p", Encoding.UTF8.GetString(payload.Span), StringComparison.Ordinal);
        }

        Assert.False(reader.TryRead(100, out _, out _, out _));
        await JournalFixture.AppendDurably(writer, ["new"]);
        Assert.False(reader.TryRead(100, out _, out _, out _));
        Assert.True(reader.TryRead(101, out _, out _, out _));
    }

    [Fact]
    public async Task TryRead_FirstRecordDeleted_Throws()
    {
        using var fixture = new JournalFixture();
        await using var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, Enumerable.Repeat(new string('a', 1000), 9));
        writer.Confirm(9);
        using var reader = JournalReader.Open(fixture.Path, 1);

        Assert.Throws<JournalMismatchException>(() => reader.TryRead(9, out _, out _, out _));
    }

    [Fact]
    public async Task TryRead_DamagedRecord_ThrowsWithFileAndOffset()
    {
        using var fixture = new JournalFixture();
        await using (var writer = fixture.Open())
        {
            await JournalFixture.AppendDurably(writer, ["aaaaaaaa", "bbbbbbbb", "cccccccc"]);
        }

        var bytes = File.ReadAllBytes(fixture.Segments[0]);
        bytes[64 + 72 + 70] ^= 1;
        File.WriteAllBytes(fixture.Segments[0], bytes);
        using var reader = JournalReader.Open(fixture.Path, 0);

        Assert.True(reader.TryRead(3, out _, out _, out _));
        var error = Assert.Throws<JournalCorruptException>(() => reader.TryRead(3, out _, out _, out _));
        Assert.Equal(fixture.Segments[0], error.File);
        Assert.Equal(64 + 72, error.Offset);
    }
}
