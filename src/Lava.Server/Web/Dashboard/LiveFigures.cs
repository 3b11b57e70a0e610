using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Core;

namespace Lava.Server.Web.Dashboard;

/// <summary>
/// The figures of an open page, each by the name that its element bears (<c>data-figure</c>). Told are those that differ from what the
/// page has; each is whole, so that nothing adds up wrongly, whatever was lost on the way.
/// </summary>
internal sealed class LiveFigures
{
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private JsonObject _news = [];

    /// <summary>An amount, in place of the one that the element shows.</summary>
    public void Tell(string name, Money amount) =>
        Tell(name, new JsonObject { ["amount"] = amount.Units.ToString(CultureInfo.InvariantCulture) });

    /// <summary>A text, in place of the element's.</summary>
    public void Tell(string name, string text) => Tell(name, new JsonObject { ["text"] = text });

    /// <summary>Attributes of the element; null takes one away.</summary>
    public void Set(string name, params IEnumerable<(string Name, string? Value)> attributes) => Tell(
        name,
        new JsonObject
        {
            ["set"] = new JsonObject(attributes.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)JsonValue.Create(one.Value)))),
        });

    /// <summary>Is an element there to be seen?</summary>
    public void Show(string name, bool isShown) => Set(name, ("hidden", isShown ? null : ""));

    /// <summary>
    /// The whole of an element, where its shape differs from the one that it bears (<c>data-shape</c>); figures in it are told by
    /// themselves.
    /// </summary>
    /// <param name="name">The element's.</param>
    /// <param name="shape">What its markup depends on, beside its figures.</param>
    /// <param name="html">Its markup as of now.</param>
    public void Tell(string name, string shape, Func<Markup> html)
    {
        if (_told.GetValueOrDefault(name) != shape)
        {
            _told[name] = shape;
            _news[name] = new JsonObject { ["shape"] = shape, ["html"] = html().ToString() };
        }
    }

    /// <summary>Sends what differs.</summary>
    public async Task SendAsync(EventStream stream)
    {
        if (_news.Count == 0)
        {
            return;
        }

        await stream.SendAsync("figures", JsonSerializer.SerializeToUtf8Bytes<JsonNode>(_news, PageJson.Default.JsonNode));
        _news = [];
    }

    private void Tell(string name, JsonObject figure)
    {
        var text = figure.ToJsonString();
        if (_told.GetValueOrDefault(name) != text)
        {
            _told[name] = text;
            _news[name] = figure;
        }
    }
}
