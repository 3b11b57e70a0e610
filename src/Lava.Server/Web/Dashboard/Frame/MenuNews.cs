using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>What the menu of any open page is told beside the page's own news: how much needs attention.</summary>
internal sealed class MenuNews(PageCall call, EventStream stream)
{
    private int? _told;

    /// <summary>Tells it where it has changed.</summary>
    public async Task TellAsync()
    {
        if (await call.Parts.Attention.OfAsync(call.Merchant.Id, stream.End) is not { } count || count == _told)
        {
            return;
        }

        var news = new JsonObject { ["attention"] = count };
        await stream.SendAsync("menu", JsonSerializer.SerializeToUtf8Bytes<JsonNode>(news, PageJson.Default.JsonNode));
        _told = count;
    }
}
