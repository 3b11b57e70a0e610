using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Gateway.Responses;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Realtime;

/// <summary>
/// The calls as which the turns of a session are held for, charged and recorded: each with an id of its own, else alike. The session's own
/// call is the first; others are made when several are open at once, and used again.
/// </summary>
internal sealed class TurnCalls(GatewayCall session, GatewayParts parts, Func<GatewayCall> create)
{
    private readonly UsageRecord _common = CommonOf(session.Record);
    private readonly Stack<GatewayCall> _free = new();
    private readonly List<GatewayCall> _made = [];

    /// <summary>A call for a turn that is still to come, with nothing held.</summary>
    public GatewayCall Next(string model, ModelPrice price)
    {
        if (!_free.TryPop(out var call))
        {
            call = create();
            call.Begin(session.Http, session.Accounts, session.Pricing, parts.Options);
            call.Meter = session.Meter;
            call.Target = session.Target;
            call.Meter = session.Meter;
            call.IsWebSocket = true;
            _made.Add(call);
        }

        // Sessions last for hours: limits and cycle are those of now.
        call.Identity = session.Identity with { Customer = PresentCustomer() };
        var record = call.Record;
        record.CopyFrom(_common);
        record.Id = Ids.New(parts.Time);
        record.RequestId = Ids.Format(IdPrefix.Request, call.Identity.Merchant.IsTest, record.Id);
        record.CreatedAtMicros = call.NowMicros();
        record.CycleStart = BillingCycle.StartOf(call.Identity.Customer, parts.Time.GetUtcNow());
        record.Model = model;
        call.Price = price;
        call.Hold.Clear();
        call.RefusedLimit = null;
        call.Refusal = null;
        return call;
    }

    /// <summary>Is it still the billing cycle that the turn was held for in?</summary>
    public bool IsOfPresentCycle(GatewayCall call) =>
        call.Record.CycleStart == BillingCycle.StartOf(PresentCustomer(), parts.Time.GetUtcNow());

    /// <summary>May the session's spend key, as it is now, have another turn?</summary>
    public GatewayOutcome CheckKey(GatewayCall call)
    {
        var outcome = SpendKeyPolicy.CheckAgain(call, parts.Accounts.Current);
        session.Refusal = call.Refusal;
        return outcome;
    }

    /// <summary>Takes back a call whose hold has ended, or that held nothing.</summary>
    public void Return(GatewayCall call) => _free.Push(call);

    /// <summary>The session is over.</summary>
    public void End() => _made.ForEach(call => call.End());

    // One that is gone has the turns that were begun for it.
    private Customer? PresentCustomer() =>
        session.Identity.Customer is { } begun && parts.Accounts.Current.Customers.TryGetValue(begun.Id, out var now)
            ? now
            : session.Identity.Customer;

    private static UsageRecord CommonOf(UsageRecord record)
    {
        var common = new UsageRecord();
        common.CopyFrom(record);
        common.Held = Money.Zero;
        common.Streamed = true;
        return common;
    }
}
