using System.Diagnostics;
using Lava.Load.Comparing;

namespace Lava.Tests.Load.Comparing;

public sealed class ProcessTreeTests
{
    [Fact]
    public void ParseStat_NameWithBlanksAndBrackets_ReadsTheFieldsBehindIt()
    {
        const string Line = "4711 (web ) 7 (x) S 42 4711 4711 0 -1 4194560 100 200 3 4 1500 250 90 10 20 0 8 0 12345 67890 1000";
        Assert.Equal((42, 1750L, 100L), ProcessTree.ParseStat(Line));
    }

    [Fact]
    public void Tree_ChildrenOfChildren_AreInAndOthersAreNot()
    {
        var parents = new Dictionary<int, int> { [1] = 0, [10] = 1, [11] = 10, [12] = 10, [13] = 12, [20] = 1, [21] = 20 };
        Assert.Equal([10, 11, 12, 13], ProcessTree.Tree(10, parents).Order());
    }

    [Theory]
    [InlineData("00400000-7fff0000 ---p 00000000 00:00 0  [rollup]\nRss:  9000 kB\nPss:                1234 kB\nPss_Dirty:  7 kB", 1234)]
    [InlineData("", 0)]
    public void ParsePss_Rollup_ReadsItsLine(string text, long expected) =>
        Assert.Equal(expected, ProcessTree.ParsePss(text.Split('\n')));

    [Fact]
    public void CpuSeconds_OwnProcess_GrowsByWhatItBurns()
    {
        // Four ticks of the kernel's clock, and one that may be cut off at either end.
        var burnt = TimeSpan.FromMilliseconds(50);
        var before = ProcessTree.CpuSeconds(Environment.ProcessId);
        var start = Process.GetCurrentProcess().TotalProcessorTime;
        while (Process.GetCurrentProcess().TotalProcessorTime - start < burnt)
        {
            // Burns.
        }

        var after = ProcessTree.CpuSeconds(Environment.ProcessId);
        Assert.True(after.Own - before.Own >= 0.03, $"{before} to {after}");
        Assert.True(after.All >= after.Own);
    }
}
