using Lava.Load.Comparing;

namespace Lava.Tests.Load.Comparing;

/// <summary>What is measured of a stream, with clocks that the test sets.</summary>
public sealed class EventSplitterTests
{
    private const long Microsecond = 1_000;

    [Fact]
    public void Add_EventsThatCarryTheirTimes_MeasuresWhatWasAdded()
    {
        var result = new LoadResult();
        var splitter = new EventSplitter(result);

        // Sent at 1,000 µs; there at 1,100; first event leaves at 21,100 and arrives at 21,250: 250 µs on the way in all.
        splitter.Reset(1_000 * Microsecond);
        Arrive(splitter, requested: 1_100, sent: 21_100, arrived: 21_250);

        // The gap was 20,000 µs at the provider, 19,900 µs here.
        Arrive(splitter, requested: 1_100, sent: 41_100, arrived: 41_150);
        Assert.Equal((1, 1), (result.FirstEvent.Count, result.Gap.Count));
        Assert.InRange(result.FirstEvent.Percentile(0.99).TotalMicroseconds, 250, 254);
        Assert.InRange(result.Gap.Percentile(0.99).TotalMicroseconds, 100, 102);
    }

    // In two pieces, as a proxy may cut it.
    private static void Arrive(EventSplitter splitter, long requested, long sent, long arrived)
    {
        var text = $"data: {{\"id\":\"chatcmpl-{requested * Microsecond:x16}\",\"content\":\"{sent * Microsecond:x16}\"}}\n\n";
        splitter.Arrived(arrived * Microsecond);
        splitter.Add(System.Text.Encoding.ASCII.GetBytes(text[..30]));
        splitter.Add(System.Text.Encoding.ASCII.GetBytes(text[30..]));
    }
}
