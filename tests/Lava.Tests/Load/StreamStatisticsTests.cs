using System.Diagnostics;
using System.Text;
using Lava.Load.Running;
using Lava.Load.Scenarios;

namespace Lava.Tests.Load;

public sealed class StreamStatisticsTests
{
    [Fact]
    public void Add_ChunksOfSeveralEvents_MeasuresTokenGapsAndWhatWasAdded()
    {
        var streams = new StreamStatistics();

        // Due at 100 ms. The opening; after 20 ms two events at once; after 50 ms, of which the provider took 30, the last.
        streams.Add(At(100),
        [
            new StreamEvent(At(130), At(125), false),
            new StreamEvent(At(150), At(140), true),
            new StreamEvent(At(150), At(145), true),
            new StreamEvent(At(200), At(170), false),
        ]);

        Assert.Equal((4, 3), (streams.Events, streams.Chunks));
        Assert.Equal((1, 50), (streams.FirstToken.Count, Milliseconds(streams.FirstToken)));
        Assert.Equal((2, 50), (streams.Gap.Count, Milliseconds(streams.Gap)));
        Assert.Equal((2, 20), (streams.AddedGap.Count, Milliseconds(streams.AddedGap)));
        Assert.Equal((4, 30), (streams.Passage.Count, Milliseconds(streams.Passage)));
    }

    [Fact]
    public void Add_ProviderThatSaysNothing_HasNoAddedGap()
    {
        var streams = new StreamStatistics();
        streams.Add(0, [new StreamEvent(At(10), 0, true), new StreamEvent(At(30), 0, true)]);

        Assert.Equal((1, 0, 0), (streams.Gap.Count, streams.AddedGap.Count, streams.Passage.Count));
    }

    [Fact]
    public void Add_NoContent_HasNoFirstToken()
    {
        var streams = new StreamStatistics();
        streams.Add(0, [new StreamEvent(At(10), 0, false)]);
        streams.Add(0, []);

        Assert.Equal((0, 0, 1), (streams.FirstToken.Count, streams.Gap.Count, streams.Events));
    }

    [Theory]
    [InlineData("[DONE]", OpenAiEventKind.Done)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""", OpenAiEventKind.Other)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"one"}}]}""", OpenAiEventKind.Content)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", OpenAiEventKind.Other)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1}}""", OpenAiEventKind.Other)]
    [InlineData("""{"delta":{"content":""", OpenAiEventKind.Other)]
    [InlineData("", OpenAiEventKind.Other)]
    public void Kind_EachEvent_IsToldApart(string data, object kind) => Assert.Equal(kind, OpenAiEvents.Kind(Encoding.UTF8.GetBytes(data)));

    private static long At(int milliseconds) => milliseconds * Stopwatch.Frequency / 1_000;

    private static int Milliseconds(Histogram histogram) => (int)histogram.Max.TotalMilliseconds;
}
