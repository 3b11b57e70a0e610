using System.Text.Json;

namespace Lava.Tests.Server.Simulation;

/// <summary>One event of a stream.</summary>
public sealed record ServerSentEvent(string? Name, string Data)
{
    public JsonElement Json => JsonDocument.Parse(Data).RootElement;

    public static List<ServerSentEvent> Parse(string text)
    {
        var events = new List<ServerSentEvent>();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            var name = lines.FirstOrDefault(line => line.StartsWith("event: ", StringComparison.Ordinal));
            var data = lines.Single(line => line.StartsWith("data: ", StringComparison.Ordinal));
            events.Add(new ServerSentEvent(name?["event: ".Length..], data["data: ".Length..]));
        }

        return events;
    }
}
