using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What a page itself has to say against a field, in the shape of the API's errors.</summary>
internal static class OwnError
{
    /// <summary>An error of one field.</summary>
    public static ApiAnswer Of(string field, string message)
    {
        var error = new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = "This was not done",
                ["details"] = new JsonArray(new JsonObject { ["field"] = field, ["message"] = message }),
            },
        };
        using var document = JsonDocument.Parse(error.ToJsonString());
        return new ApiAnswer(StatusCodes.Status400BadRequest, document.RootElement.Clone());
    }
}
