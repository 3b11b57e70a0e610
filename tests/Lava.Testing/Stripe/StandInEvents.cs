using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>What was told, for those who ask.</summary>
internal static class StandInEvents
{
    public static JsonObject List(StandInCall call)
    {
        var types = call.Form.List("types");
        if (types.Length > 20)
        {
            throw new StandInException(400, "parameter_invalid", "At most 20 types.", "types");
        }

        return StandInState.Page(
            call.Path, call.Form, call.State.All("event").Where(told => types.Length == 0 || types.Contains((string)told["type"]!)));
    }
}
