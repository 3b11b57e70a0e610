using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Cards being put on file.</summary>
internal static class StandInSetups
{
    public static JsonObject Create(StandInCall call)
    {
        var made = call.State.Add("seti", "setup_intent", new JsonObject
        {
            ["customer"] = call.Form["customer"] is { } customer ? (string?)call.State.Get("customer", customer, "customer")["id"] : null,
            ["usage"] = call.Form["usage"] ?? "off_session",
            ["status"] = "requires_payment_method",
            ["payment_method"] = null,
            ["payment_method_types"] = new JsonArray("card"),
            ["last_setup_error"] = null,
            ["next_action"] = null,
            ["metadata"] = call.Form.Metadata(),
        });
        made["client_secret"] = StandInState.NewSecret(made);
        return made;
    }

    public static JsonObject Read(StandInCall call)
    {
        var setup = call.Own("setup_intent");
        if (!call.Form.List("expand").Contains("payment_method") || setup["payment_method"] is null)
        {
            return setup;
        }

        var whole = (JsonObject)setup.DeepClone();
        whole["payment_method"] = call.State.Get("payment_method", (string?)setup["payment_method"]).DeepClone();
        return whole;
    }

    public static JsonObject Confirm(StandInCall call)
    {
        var setup = call.Own("setup_intent");
        var number = call.Form["payment_method_data[card][number]"];
        var method = number is not null
            ? StandInCustomers.Add(call.State, StandInCustomers.CardOf(number, "number"), null)
            : StandInCustomers.Resolve(call.State, call.Form["payment_method"] ?? "", null);
        return Enter(call.State, setup, method);
    }

    /// <summary>The customer's bank was answered, on a page.</summary>
    public static JsonObject Answer(StandInCall call) =>
        Answer(call.State, call.Own("setup_intent"), call.Form["stub_outcome"] == "complete");

    public static JsonObject Cancel(StandInCall call)
    {
        var setup = call.State.Get("setup_intent", call.Id);
        Expect(setup, "requires_payment_method", "requires_confirmation", "requires_action");
        setup["status"] = "canceled";
        return setup;
    }

    public static JsonObject Answer(StandInState state, JsonObject setup, bool confirms)
    {
        Expect(setup, "requires_action");
        var method = state.Get("payment_method", (string?)setup["payment_method"]);
        setup["next_action"] = null;
        return confirms ? Succeed(state, setup, method) : Refuse(state, setup, method, "setup_intent_authentication_failure");
    }

    public static JsonObject Enter(StandInState state, JsonObject setup, JsonObject method)
    {
        Expect(setup, "requires_payment_method", "requires_confirmation", "requires_action");
        var said = StandInCustomers.CardOf(method).Setup;
        setup["payment_method"] = (string?)method["id"];
        switch (said)
        {
            case "ok":
                return Succeed(state, setup, method);
            case "auth":
                setup["status"] = "requires_action";
                setup["next_action"] = new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject() };
                return setup;
            default:
                Refuse(state, setup, method, said);
                throw StandInCustomers.Decline(said, setup);
        }
    }

    private static JsonObject Succeed(StandInState state, JsonObject setup, JsonObject method)
    {
        method["customer"] = (string?)setup["customer"];
        setup["status"] = "succeeded";
        setup["last_setup_error"] = null;
        state.Tell("setup_intent.succeeded", setup);
        return setup;
    }

    private static JsonObject Refuse(StandInState state, JsonObject setup, JsonObject method, string code)
    {
        setup["status"] = "requires_payment_method";
        setup["payment_method"] = null;
        setup["last_setup_error"] = StandInCustomers.ErrorOf(code, method);
        state.Tell("setup_intent.setup_failed", setup);
        return setup;
    }

    private static void Expect(JsonObject setup, params string[] states)
    {
        if (!states.Contains((string)setup["status"]!))
        {
            throw new StandInException(
                400, "setup_intent_unexpected_state", $"This SetupIntent is {setup["status"]}.", intent: setup);
        }
    }
}
