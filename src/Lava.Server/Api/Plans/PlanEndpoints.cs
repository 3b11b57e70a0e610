using System.Collections.Frozen;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.Plans;

/// <summary><c>/v1/plans</c> and <c>/v1/credit_bundles</c>: what a merchant sells, and which meters it pays for.</summary>
internal sealed class PlanEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    private readonly PlanStore _store = dependencies.Stores.Plans;
    private readonly PlanFields _fields = new(dependencies);
    private readonly LimitPublisher _limits = new(dependencies);

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var plan = _fields.ReadNew(call, body);
        body.Errors.ThrowIfAny();
        var created = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                await _store.CreateAsync(plan, CancellationToken.None);
                return await _store.FindAsync(plan.MerchantId, plan.Id, CancellationToken.None);
            },
            call.Aborted);
        await call.CreatedAsync(PlanView.From(created!, call.Merchant.IsTest));
    }

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await _store.ListAsync(call.Merchant.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<PlanView>.From(
            rows, limit, plan => PlanView.From(plan, call.Merchant.IsTest), plan => Cursor.Encode(plan.Id)));
    }

    public async Task GetAsync(ApiCall call)
    {
        var plan = await _store.FindAsync(call.Merchant.Id, ReadId(call), call.Aborted) ?? throw ApiException.NotFound("plan");
        await call.OkAsync(PlanView.From(plan, call.Merchant.IsTest));
    }

    public async Task UpdateAsync(ApiCall call)
    {
        var id = ReadId(call);
        var body = await call.ReadBodyAsync();
        var updated = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var plan = await _store.FindAsync(call.Merchant.Id, id, CancellationToken.None) ?? throw ApiException.NotFound("plan");
                var changed = _fields.ReadChanged(call, body, plan);
                body.Errors.ThrowIfAny();
                await _store.UpdateAsync(changed, CancellationToken.None);
                Publish(changed);
                await _limits.PublishPlanAsync(plan, changed);
                return await _store.FindAsync(call.Merchant.Id, id, CancellationToken.None);
            },
            call.Aborted);
        await call.OkAsync(PlanView.From(updated ?? throw ApiException.NotFound("plan"), call.Merchant.IsTest));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var id = ReadId(call);
        var outcome = await gate.RunAsync(
            call.Merchant.Id,
            () => _store.DeleteAsync(call.Merchant.Id, id, dependencies.Time.GetUtcNow(), CancellationToken.None),
            call.Aborted);
        await (outcome switch
        {
            PlanDeleteOutcome.Deleted => call.OkAsync(new DeletedView(call.Format(IdPrefix.Plan, id), true)),
            PlanDeleteOutcome.InUse => throw new ApiException(ErrorCode.Conflict, "Customers are subscribed to it: cancel those first"),
            _ => throw ApiException.NotFound("plan"),
        });
    }

    public async Task ListBundlesAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        Guid? plan = null;
        if (call.Query.Text("plan_id") is { } text)
        {
            plan = Ids.TryParse(IdPrefix.Plan, text, out var id) ? id : Guid.Empty;
        }

        var rows = await _store.ListBundlesAsync(call.Merchant.Id, plan, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<CreditBundleView>.From(
            rows, limit, bundle => CreditBundleView.From(bundle, call.Merchant.IsTest), bundle => Cursor.Encode(bundle.Id)));
    }

    public async Task GetBundleAsync(ApiCall call)
    {
        var bundle = Ids.TryParse(IdPrefix.CreditBundle, call.Id, out var id)
            ? await _store.FindBundleAsync(call.Merchant.Id, id, call.Aborted)
            : null;
        await call.OkAsync(CreditBundleView.From(bundle ?? throw ApiException.NotFound("credit bundle"), call.Merchant.IsTest));
    }

    private static Guid ReadId(ApiCall call) =>
        Ids.TryParse(IdPrefix.Plan, call.Id, out var id) ? id : throw ApiException.NotFound("plan");

    // Its customers' next calls see it.
    private void Publish(Plan plan)
    {
        var meters = plan.Meters.Select(meter => meter.Id).ToFrozenSet();
        dependencies.Accounts.Swap(accounts => accounts.WithPlan(plan.Id, meters));
    }
}
