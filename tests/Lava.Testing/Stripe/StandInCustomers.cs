using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Customers and their cards.</summary>
internal static class StandInCustomers
{
    public static JsonObject Create(StandInCall call) => call.State.Add("cus", "customer", new JsonObject
    {
        ["phone"] = call.Form["phone"],
        ["metadata"] = call.Form.Metadata(),
    });

    public static JsonObject CreateMethod(StandInCall call) =>
        call.Form["type"] != "card"
            ? throw new StandInException(400, "parameter_missing", "Only cards are known here.", "type")
            : Add(call.State, CardOf(call.Form["card[number]"] ?? call.Form["card[token]"], "card[number]"), null);

    public static JsonObject Attach(StandInCall call)
    {
        var method = Resolve(call.State, call.Id, null);
        method["customer"] = (string?)call.State.Get("customer", call.Form["customer"], "customer")["id"];
        call.State.Tell("payment_method.attached", method);
        return method;
    }

    public static JsonObject Detach(StandInCall call)
    {
        var method = call.State.Get("payment_method", call.Id);
        if (method["customer"] is null)
        {
            throw new StandInException(400, "payment_method_unexpected_state", "The payment method is not attached to a customer.");
        }

        method["customer"] = null;
        method["detached"] = true;
        call.State.Tell("payment_method.detached", method);
        return method;
    }

    public static StandInCard CardOf(string? text, string parameter) => StandInCard.Find(text ?? "")
        ?? throw new StandInException(402, "incorrect_number", "Your card number is incorrect.", parameter, "card_error");

    public static StandInCard CardOf(JsonObject method) => StandInCard.Find((string)method["stand_in_token"]!)!;

    /// <summary>A payment method by its id, or a new one by a test card's token.</summary>
    public static JsonObject Resolve(StandInState state, string id, string? customer) =>
        StandInCard.Find(id) is { } card
            ? Add(state, card, customer)
            : state.Get("payment_method", id, "payment_method");

    public static JsonObject Add(StandInState state, StandInCard card, string? customer) =>
        state.Add("pm", "payment_method", new JsonObject
        {
            ["type"] = "card",
            ["customer"] = customer,
            ["stand_in_token"] = card.Token,
            ["card"] = new JsonObject
            {
                ["brand"] = card.Brand,
                ["last4"] = card.Last4,
                ["exp_month"] = 12,
                ["exp_year"] = state.Now.Year + 8,
                ["fingerprint"] = card.Fingerprint,
                ["country"] = "US",
                ["funding"] = "credit",
            },
            ["billing_details"] = new JsonObject(),
            ["metadata"] = new JsonObject(),
        });

    /// <summary>How a bank says no, in Stripe's form.</summary>
    public static StandInException Decline(string code, JsonObject on) =>
        new(402, CodeOf(code), "Your card was declined.", type: "card_error", declineCode: code, intent: on);

    public static JsonObject ErrorOf(string code, JsonObject? method) => new()
    {
        ["type"] = "card_error",
        ["code"] = CodeOf(code),
        ["decline_code"] = code,
        ["message"] = "Your card was declined.",
        ["payment_method"] = method?.DeepClone(),
    };

    // Some reasons have a code of their own, the others are a decline_code of card_declined.
    private static string CodeOf(string code) => code is "expired_card" or "incorrect_cvc" or "processing_error"
        or "authentication_required" or "payment_intent_authentication_failure" or "setup_intent_authentication_failure"
            ? code
            : "card_declined";
}
