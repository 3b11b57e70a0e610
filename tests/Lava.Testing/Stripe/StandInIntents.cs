using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Charges of cards.</summary>
internal static class StandInIntents
{
    // Of US dollars, in cents.
    private const long AmountMin = 50;
    private const long AmountMax = 99_999_999;
    private static readonly string[] Open = ["requires_payment_method", "requires_confirmation", "requires_action"];

    public static JsonObject Create(StandInCall call)
    {
        var form = call.Form;
        var amount = form.Number("amount")!.Value;
        if (amount is < AmountMin or > AmountMax)
        {
            throw new StandInException(400, amount < AmountMin ? "amount_too_small" : "amount_too_large", "Amount out of range", "amount");
        }

        if (form["currency"] != "usd")
        {
            throw new StandInException(400, "parameter_invalid", "Only usd is known here.", "currency");
        }

        var customer = form["customer"] is { } name ? (string?)call.State.Get("customer", name, "customer")["id"] : null;
        var method = form["payment_method"] is { } given ? StandInCustomers.Resolve(call.State, given, customer) : null;
        if (method is not null && ((string?)method["customer"] != customer || method["detached"] is not null))
        {
            throw new StandInException(
                400, "resource_missing", "The PaymentMethod does not belong to the customer.", "payment_method");
        }

        var made = call.State.Add("pi", "payment_intent", new JsonObject
        {
            ["amount"] = amount,
            ["amount_received"] = 0L,
            ["currency"] = "usd",
            ["customer"] = customer,
            ["payment_method"] = (string?)method?["id"],
            ["status"] = method is null ? "requires_payment_method" : "requires_confirmation",
            ["description"] = form["description"],
            ["latest_charge"] = null,
            ["last_payment_error"] = null,
            ["next_action"] = null,
            ["metadata"] = form.Metadata(),
        });
        made["client_secret"] = StandInState.NewSecret(made);
        call.State.Tell("payment_intent.created", made);
        return form["confirm"] == "true" ? Confirm(call with { Id = (string)made["id"]! }) : made;
    }

    public static JsonObject List(StandInCall call) => StandInState.Page(
        call.Path, call.Form,
        call.State.All("payment_intent")
            .Where(intent => call.Form["customer"] is not { } customer || (string?)intent["customer"] == customer));

    public static JsonObject Confirm(StandInCall call)
    {
        var intent = call.State.Get("payment_intent", call.Id);
        Expect(intent, Open);
        if ((call.Form["payment_method"] ?? (string?)intent["payment_method"]) is not { } name)
        {
            throw new StandInException(400, "payment_intent_unexpected_state", "There is no payment method.", intent: intent);
        }

        var method = StandInCustomers.Resolve(call.State, name, (string?)intent["customer"]);
        if (method["detached"] is not null)
        {
            throw new StandInException(400, "payment_method_unexpected_state", "The PaymentMethod was detached.", "payment_method");
        }

        intent["payment_method"] = (string?)method["id"];
        var said = StandInCustomers.CardOf(method).Charge;
        switch (said)
        {
            case "ok":
                return Capture(call.State, intent, method);
            case "auth" when call.Form["off_session"] != "true":
                intent["status"] = "requires_action";
                intent["next_action"] = new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject() };
                call.State.Tell("payment_intent.requires_action", intent);
                return intent;
            default:
                var code = said == "auth" ? "authentication_required" : said;
                Refuse(call.State, intent, method, code);
                throw StandInCustomers.Decline(code, intent);
        }
    }

    public static JsonObject Answer(StandInCall call) =>
        Answer(call.State, call.Own("payment_intent"), call.Form["stub_outcome"] == "complete");

    public static JsonObject Answer(StandInState state, JsonObject intent, bool confirms)
    {
        Expect(intent, "requires_action");
        var method = state.Get("payment_method", (string?)intent["payment_method"]);
        intent["next_action"] = null;
        return confirms ? Capture(state, intent, method) : Refuse(state, intent, method, "payment_intent_authentication_failure");
    }

    public static JsonObject Cancel(StandInCall call)
    {
        var intent = call.State.Get("payment_intent", call.Id);
        Expect(intent, Open);
        intent["status"] = "canceled";
        intent["next_action"] = null;
        intent["cancellation_reason"] = call.Form["cancellation_reason"];
        call.State.Tell("payment_intent.canceled", intent);
        return intent;
    }

    private static JsonObject Capture(StandInState state, JsonObject intent, JsonObject method)
    {
        var charge = state.Add("ch", "charge", new JsonObject
        {
            ["amount"] = StandInState.Long(intent["amount"]),
            ["amount_refunded"] = 0L,
            ["currency"] = "usd",
            ["customer"] = (string?)intent["customer"],
            ["payment_intent"] = (string?)intent["id"],
            ["payment_method"] = (string?)method["id"],
            ["paid"] = true,
            ["status"] = "succeeded",
            ["refunded"] = false,
            ["metadata"] = intent["metadata"]!.DeepClone(),
        });
        intent["status"] = "succeeded";
        intent["amount_received"] = StandInState.Long(intent["amount"]);
        intent["latest_charge"] = (string?)charge["id"];
        intent["last_payment_error"] = null;
        state.Tell("charge.succeeded", charge);
        state.Tell("payment_intent.succeeded", intent);
        if (StandInCustomers.CardOf(method).After == "dispute")
        {
            StandInDisputes.Open(state, intent, "needs_response");
        }

        return intent;
    }

    private static JsonObject Refuse(StandInState state, JsonObject intent, JsonObject method, string code)
    {
        intent["status"] = "requires_payment_method";
        intent["payment_method"] = null;
        intent["last_payment_error"] = StandInCustomers.ErrorOf(code, method);
        state.Tell("payment_intent.payment_failed", intent);
        return intent;
    }

    private static void Expect(JsonObject intent, params string[] states)
    {
        if (!states.Contains((string)intent["status"]!))
        {
            throw new StandInException(
                400, "payment_intent_unexpected_state", $"This PaymentIntent is {intent["status"]}.", intent: intent);
        }
    }
}
