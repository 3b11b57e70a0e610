using System.Text;
using System.Text.Json;

namespace Lava.Tests.Server.Webhooks;

/// <summary>A call that a target got.</summary>
public sealed record HookCall(string Method, string Path, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Event => Json.GetProperty("event").GetString()!;

    public JsonElement Data => Json.GetProperty("data");
}
