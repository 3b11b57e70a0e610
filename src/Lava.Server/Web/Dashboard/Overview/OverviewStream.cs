using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>What an open overview is told: its plots, and what needs attention.</summary>
internal sealed class OverviewStream
{
    /// <summary>From one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Balances are judged within a second or two of a call; nobody acts faster than this on what is said of them.
    private static readonly TimeSpan AttentionInterval = TimeSpan.FromSeconds(5);

    private readonly PageCall _call;
    private readonly EventStream _stream;
    private readonly OverviewNews _plots;
    private readonly AttentionStore _attention;
    private string? _told;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;

    private OverviewStream(PageCall call, EventStream stream)
    {
        (_call, _stream) = (call, stream);
        _plots = new OverviewNews(
            call,
            stream,
            now => OverviewQuery.At(call, now),
            (query, series) => OverviewBreakdown.Inside(call, query, series));
        _attention = new AttentionStore(call.Parts.Reading);
    }

    /// <summary>Until the stream ends.</summary>
    public static Task RunAsync(PageCall call, EventStream stream) => new OverviewStream(call, stream).RunAsync();

    private async Task RunAsync()
    {
        do
        {
            await _plots.TellAsync();
            await TellAttentionAsync();
        }
        while (await _stream.NextAsync(Interval));
    }

    private async Task TellAttentionAsync()
    {
        var now = _call.Parts.Time.GetUtcNow();
        if (now - _lookedAt < AttentionInterval)
        {
            return;
        }

        _lookedAt = now;
        try
        {
            var attention = await OverviewAttention.ReadAsync(_attention, _call, _stream.End);
            var list = attention.List(_call).ToString();
            if (list == _told)
            {
                return;
            }

            var news = new JsonObject { ["count"] = attention.Count, ["html"] = list };
            await _stream.SendAsync("attention", JsonSerializer.SerializeToUtf8Bytes<JsonNode>(news, PageJson.Default.JsonNode));
            _told = list;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or QueryTooLongException)
        {
            // The page keeps what it has.
        }
    }
}
