using Lava.Wallets.Journal;

namespace Lava.Tests.Wallets.Journal;

/// <summary>A segment is read in pieces, and pieces of zeros are left out: nobody may notice.</summary>
public sealed class SegmentPiecesTests
{
    private const int SegmentBytes = 4 * SegmentFile.PieceBytes;
    private const int Long = SegmentFile.PieceBytes * 3 / 4;

    [Fact]
    public async Task Recover_RecordWhoseZerosFillThePiecesToItsEnd_KeepsIt()
    {
        using var fixture = Fixture();

        // The second begins in the first piece; of the second piece it has nothing but zeros.
        string[] payloads = [new('x', Long), new('\0', Long), "behind"];
        await WriteAsync(fixture, payloads[..2]);
        Assert.Equal(payloads[..2], fixture.ReadAll());

        await WriteAsync(fixture, payloads[2]);
        Assert.Equal(payloads, fixture.ReadAll());
    }

    [Fact]
    public async Task Recover_ShortSegmentBehindAFullOne_SeesNothingOfTheFullOne()
    {
        using var fixture = Fixture();
        string[] payloads = [.. Enumerable.Range(0, 6).Select(number => new string((char)('a' + number), Long))];
        await WriteAsync(fixture, payloads);
        Assert.Equal(2, fixture.Segments.Length);
        Assert.Equal(payloads, fixture.ReadAll());
        Assert.False(IsTorn(fixture));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(SegmentFile.PieceBytes + 1)]
    [InlineData(2 * SegmentFile.PieceBytes)]
    public async Task Recover_ByteFarBehindTheLastRecord_IsSeenAndClearedByTheNextOpening(int fromEnd)
    {
        using var fixture = Fixture();
        await WriteAsync(fixture, "only");
        var path = fixture.Segments[0];
        var bytes = File.ReadAllBytes(path);
        bytes[^fromEnd] = 7;
        File.WriteAllBytes(path, bytes);
        Assert.True(IsTorn(fixture));

        await WriteAsync(fixture, "next");
        Assert.Equal(["only", "next"], fixture.ReadAll());
        Assert.Equal(0, File.ReadAllBytes(path)[^fromEnd]);
        Assert.False(IsTorn(fixture));
    }

    private static JournalFixture Fixture() => new(SegmentBytes, ringBytes: 2 * SegmentBytes) { Disk = { SkipsSync = true } };

    private static async Task WriteAsync(JournalFixture fixture, params string[] payloads)
    {
        var writer = fixture.Open();
        await JournalFixture.AppendDurably(writer, payloads);
        await fixture.Kill(writer);
    }

    private static bool IsTorn(JournalFixture fixture)
    {
        var scan = new JournalScan(fixture.Path, JournalDisk.Real);
        while (scan.TryReadSegment())
        {
            while (scan.TryReadRecord(out _, out _))
            {
            }
        }

        return scan.IsTorn;
    }
}
