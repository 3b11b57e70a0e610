using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What a page itself has to say against what was filled in, in the shape of the API's errors.</summary>
internal static class OwnError
{
    /// <summary>An error of one field.</summary>
    public static ApiAnswer Of(string field, string message) => Of(StatusCodes.Status400BadRequest, new JsonObject
    {
        ["message"] = "This was not done",
        ["details"] = new JsonArray(new JsonObject { ["field"] = field, ["message"] = message }),
    });

    /// <summary>An error of a whole form.</summary>
    public static ApiAnswer Of(int status, string message) => Of(status, new JsonObject { ["message"] = message });

    private static ApiAnswer Of(int status, JsonObject error)
    {
        using var document = JsonDocument.Parse(new JsonObject { ["error"] = error }.ToJsonString());
        return new ApiAnswer(status, document.RootElement.Clone());
    }
}
