using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>The stand-in refuses a request, in Stripe's form.</summary>
internal sealed class StandInException(
    int status, string code, string message, string? parameter = null, string type = "invalid_request_error",
    string? declineCode = null, JsonObject? intent = null) : Exception(message)
{
    public StandInAnswer Answer()
    {
        var error = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = Message };
        if (parameter is not null)
        {
            error["param"] = parameter;
        }

        if (declineCode is not null)
        {
            error["decline_code"] = declineCode;
        }

        if (intent is not null)
        {
            error[(string)intent["object"]!] = intent.DeepClone();
        }

        return new StandInAnswer(status, new JsonObject { ["error"] = error }.ToJsonString());
    }
}
