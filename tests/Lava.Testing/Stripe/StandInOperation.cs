using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>What the stand-in does for a method and a path.</summary>
/// <param name="Pattern">As in <see cref="StandInRoute"/>.</param>
/// <param name="Act">Gives the object that is answered.</param>
/// <param name="ForPages">May the publishable key ask for it?</param>
internal sealed record StandInOperation(string Pattern, Func<StandInCall, JsonObject> Act, bool ForPages = false)
{
    public static IReadOnlyList<StandInOperation> All { get; } =
    [
        new("POST /v1/customers", StandInCustomers.Create),
        new("GET /v1/customers/*", call => call.State.Get("customer", call.Id)),
        new("POST /v1/payment_methods", StandInCustomers.CreateMethod, ForPages: true),
        new("GET /v1/payment_methods/*", call => call.State.Get("payment_method", call.Id)),
        new("POST /v1/payment_methods/*/attach", StandInCustomers.Attach),
        new("POST /v1/payment_methods/*/detach", StandInCustomers.Detach),
        new("POST /v1/setup_intents", StandInSetups.Create),
        new("GET /v1/setup_intents/*", StandInSetups.Read, ForPages: true),
        new("POST /v1/setup_intents/*/confirm", StandInSetups.Confirm, ForPages: true),
        new("POST /v1/setup_intents/*/challenge", StandInSetups.Answer, ForPages: true),
        new("POST /v1/setup_intents/*/cancel", StandInSetups.Cancel),
        new("POST /v1/payment_intents", StandInIntents.Create),
        new("GET /v1/payment_intents", StandInIntents.List),
        new("GET /v1/payment_intents/*", call => call.Own("payment_intent"), ForPages: true),
        new("POST /v1/payment_intents/*/confirm", StandInIntents.Confirm),
        new("POST /v1/payment_intents/*/challenge", StandInIntents.Answer, ForPages: true),
        new("POST /v1/payment_intents/*/cancel", StandInIntents.Cancel),
        new("GET /v1/charges/*", call => call.State.Get("charge", call.Id)),
        new("POST /v1/refunds", StandInRefunds.Create),
        new("GET /v1/refunds", StandInRefunds.List),
        new("GET /v1/refunds/*", call => call.State.Get("refund", call.Id)),
        new("GET /v1/disputes/*", call => call.State.Get("dispute", call.Id)),
        new("GET /v1/events", StandInEvents.List),
        new("GET /v1/events/*", call => call.State.Get("event", call.Id)),
    ];
}
