using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Banks that want money back.</summary>
internal static class StandInDisputes
{
    public static JsonObject Open(StandInState state, JsonObject intent, string status)
    {
        var dispute = state.Add("dp", "dispute", new JsonObject
        {
            ["amount"] = StandInState.Long(intent["amount"]),
            ["currency"] = "usd",
            ["charge"] = (string?)intent["latest_charge"],
            ["payment_intent"] = (string?)intent["id"],
            ["reason"] = "fraudulent",
            ["status"] = status,
            ["metadata"] = new JsonObject(),
        });
        state.Tell("charge.dispute.created", dispute);
        if (HasTaken(status))
        {
            state.Tell("charge.dispute.funds_withdrawn", dispute);
        }

        return dispute;
    }

    /// <summary>Another state: an inquiry that became a dispute, or its end.</summary>
    public static void Move(StandInState state, JsonObject dispute, string status)
    {
        var had = HasTaken((string)dispute["status"]!);
        dispute["status"] = status;
        state.Tell(IsEnd(status) ? "charge.dispute.closed" : "charge.dispute.updated", dispute);
        if (had != HasTaken(status))
        {
            state.Tell(had ? "charge.dispute.funds_reinstated" : "charge.dispute.funds_withdrawn", dispute);
        }
    }

    public static bool HasTaken(string status) => status is "needs_response" or "under_review" or "lost";

    private static bool IsEnd(string status) => status is "won" or "lost" or "warning_closed" or "prevented";
}
