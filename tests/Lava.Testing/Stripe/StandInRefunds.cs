using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Money that goes back.</summary>
internal static class StandInRefunds
{
    public static JsonObject Create(StandInCall call)
    {
        var name = call.Form["payment_intent"]
            ?? (string?)call.State.Get("charge", call.Form["charge"], "charge")["payment_intent"];
        var intent = call.State.Get("payment_intent", name, "payment_intent");
        return Add(call.State, intent, call.Form.Number("amount"), call.Form.Metadata());
    }

    public static JsonObject List(StandInCall call) => StandInState.Page(
        call.Path, call.Form,
        call.State.All("refund")
            .Where(refund => call.Form["payment_intent"] is not { } intent || (string?)refund["payment_intent"] == intent)
            .Where(refund => call.Form["charge"] is not { } charge || (string?)refund["charge"] == charge));

    public static JsonObject Add(StandInState state, JsonObject intent, long? wanted, JsonObject metadata)
    {
        if ((string?)intent["status"] != "succeeded")
        {
            throw new StandInException(400, "payment_intent_unexpected_state", "Nothing was charged.", "payment_intent");
        }

        var charge = state.Get("charge", (string?)intent["latest_charge"]);
        var left = StandInState.Long(charge["amount"]) - StandInState.Long(charge["amount_refunded"]);
        var amount = wanted ?? left;
        if (left == 0 || IsDisputed(state, intent))
        {
            throw new StandInException(
                400, left == 0 ? "charge_already_refunded" : "charge_disputed", "The charge can't be refunded.");
        }

        if (amount < 1 || amount > left)
        {
            throw new StandInException(400, "amount_too_large", "More than is left.", "amount");
        }

        var method = state.Get("payment_method", (string?)charge["payment_method"]);
        var refund = state.Add("re", "refund", new JsonObject
        {
            ["amount"] = amount,
            ["currency"] = "usd",
            ["charge"] = (string?)charge["id"],
            ["payment_intent"] = (string?)intent["id"],
            ["status"] = StandInCustomers.CardOf(method).After == "refund_pending" ? "pending" : "succeeded",
            ["failure_reason"] = null,
            ["metadata"] = metadata,
        });
        charge["amount_refunded"] = StandInState.Long(charge["amount_refunded"]) + amount;
        charge["refunded"] = StandInState.Long(charge["amount_refunded"]) == StandInState.Long(charge["amount"]);
        state.Tell("refund.created", refund);
        state.Tell("charge.refunded", charge);
        return refund;
    }

    /// <summary>The bank's last word on a refund.</summary>
    public static void End(StandInState state, JsonObject refund, string? failure)
    {
        refund["status"] = failure is null ? "succeeded" : "failed";
        refund["failure_reason"] = failure;
        if (failure is not null)
        {
            var charge = state.Get("charge", (string?)refund["charge"]);
            charge["amount_refunded"] = StandInState.Long(charge["amount_refunded"]) - StandInState.Long(refund["amount"]);
            charge["refunded"] = false;
            state.Tell("refund.failed", refund);
        }

        state.Tell("refund.updated", refund);
    }

    private static bool IsDisputed(StandInState state, JsonObject intent) => state.All("dispute").Any(dispute =>
        (string?)dispute["payment_intent"] == (string?)intent["id"]
        && (string?)dispute["status"] is "needs_response" or "under_review" or "lost");
}
