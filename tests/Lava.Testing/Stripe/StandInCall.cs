using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>A request as the stand-in's operations see it.</summary>
/// <param name="State">All objects; its lock is held.</param>
/// <param name="Form">Parameters.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Id">The object that the path names; empty: none.</param>
/// <param name="IsPage">With the publishable key, from a browser.</param>
internal sealed record StandInCall(StandInState State, StandInForm Form, string Path, string Id, bool IsPage)
{
    /// <summary>A page may touch only the object whose client secret it has.</summary>
    public JsonObject Own(string kind)
    {
        var found = State.Get(kind, Id);
        return !IsPage || Form["client_secret"] == (string?)found["client_secret"]
            ? found
            : throw new StandInException(400, "resource_missing", "The client_secret does not match", "client_secret");
    }
}
