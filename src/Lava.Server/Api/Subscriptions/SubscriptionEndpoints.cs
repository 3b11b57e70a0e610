using Lava.Billing.Plans;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Customers;

namespace Lava.Server.Api.Subscriptions;

/// <summary><c>/v1/subscriptions</c>: which plan a customer has, now and from the cycle's end on.</summary>
internal sealed class SubscriptionEndpoints(ManagementDependencies dependencies)
{
    private static readonly Dictionary<string, StatusFilter> Statuses = new()
    {
        [SubscriptionView.Active] = StatusFilter.Active,
        [SubscriptionView.Cancelled] = StatusFilter.Cancelled,
        ["all"] = StatusFilter.All,
    };

    private readonly SubscriptionStore _store = dependencies.Stores.Subscriptions;
    private readonly CustomerPublisher _publisher = new(dependencies);
    private readonly PlanSwitch _switch = new(dependencies);

    // A payment may take seconds: only the customer's own changes wait for it, not the merchant's.
    private readonly ChangeGate _changes = new();

    private enum StatusFilter
    {
        Active,
        Cancelled,
        All,
    }

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var customerId = body.RequiredText("customer_id");
        var planId = body.RequiredText("plan_id");
        body.Errors.ThrowIfAny();
        var customer = call.TryFindCustomer(customerId) ?? throw ApiException.NotFound("customer");
        await RunAsync(
            call,
            customer.Id,
            async () =>
            {
                var plan = await FindPlanAsync(call, planId);
                var present = await _store.FindActiveAsync(call.Merchant.Id, customer.Id, CancellationToken.None);
                await _switch.SubscribeAsync(call.Merchant.IsTest, customer, plan, present?.Subscription);
            });
        var made = await _store.FindActiveAsync(call.Merchant.Id, customer.Id, call.Aborted) ?? throw ApiException.NotFound("customer");
        await call.OkAsync(new SubscriptionEnvelope(await ViewAsync(call, made)));
    }

    /// <summary>
    /// To another plan: at once for the share of the price where it is dearer, else when the cycle ends. The present plan withdraws a
    /// pending change.
    /// </summary>
    public async Task ChangeAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var planId = body.RequiredText("plan_id");
        var isPreview = body.Flag("preview");
        body.Errors.ThrowIfAny();
        var found = await FindAsync(call);
        var change = await RunAsync(
            call,
            found.Subscription.CustomerId,
            async () =>
            {
                // Again: the one who came before may have changed it.
                found = await FindAsync(call);
                if (found.Subscription.CancelledAt is not null)
                {
                    throw new ApiException(ErrorCode.Conflict, "The subscription has ended");
                }

                var plan = await FindPlanAsync(call, planId);
                var now = await dependencies.Subscriptions.Store.NowAsync(call.Merchant.Id, CancellationToken.None);
                var decided = _switch.Decide(call.Merchant.IsTest, found.Subscription, plan, now);
                if (!isPreview)
                {
                    await _switch.ChangeAsync(found.Subscription, found.WalletId, plan, decided, now);
                }

                return decided;
            });
        found = await FindPresentAsync(call, found);
        await call.OkAsync(new PlanChangeView(
            await ViewAsync(call, found), ProrationView.From(change.Amounts), change.EffectiveAt));
    }

    public async Task UpdateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        const string NoBundle = "must be one of the plan's credit bundles, or null";
        var bundle = body.Id("auto_top_up_bundle_id", IdPrefix.CreditBundle, NoBundle);
        if (!bundle.IsPresent && !body.Has("auto_top_up_bundle_id"))
        {
            body.Errors.Add("auto_top_up_bundle_id", "is required");
        }

        body.Errors.ThrowIfAny();
        var found = await FindAsync(call);
        if (!await _store.SetBundleAsync(found.Subscription.Id, bundle.Value, CancellationToken.None))
        {
            body.Errors.Add("auto_top_up_bundle_id", NoBundle);
            body.Errors.ThrowIfAny();
        }

        await _publisher.RefreshAsync(call.Merchant.Id, found.Subscription.CustomerId);
        await call.OkAsync(new SuccessView(true));
    }

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        var status = call.Query.Choice("status", Statuses) ?? StatusFilter.Active;
        var customerId = call.Query.Text("customer_id");
        call.Query.Errors.ThrowIfAny();
        var customer = customerId is null ? null : call.TryFindCustomer(customerId);
        bool? active = status == StatusFilter.All ? null : status == StatusFilter.Active;
        await call.CatchUpAsync();
        var rows = customerId is null || customer is not null
            ? await _store.ListAsync(call.Merchant.Id, customer?.Id, active, cursor, limit + 1, call.Aborted)
            : [];
        var wallets = rows.Select(row => row.WalletId).Distinct().ToArray();
        var credits = await dependencies.Stores.Credits.SplitAsync(wallets, call.Aborted);
        await call.OkAsync(Page<SubscriptionView>.From(
            rows,
            limit,
            row => SubscriptionView.From(row, call.Merchant.IsTest, credits.GetValueOrDefault(row.WalletId), isListed: true),
            row => Cursor.Encode(row.Subscription.Id)));
    }

    public async Task ListCyclesAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var found = await FindAsync(call);
        var rows = await _store.ListCyclesAsync(found.Subscription.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<CycleView>.From(
            rows, limit, row => CycleView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    /// <summary>At the cycle's end; at once where there is no cycle that was paid for.</summary>
    public async Task DeleteAsync(ApiCall call)
    {
        var found = await FindAsync(call);
        await RunAsync(
            call,
            found.Subscription.CustomerId,
            async () => await _switch.CancelAsync(call.Merchant.Id, (await FindAsync(call)).Subscription));
        await call.OkAsync(new SuccessView(true));
    }

    public async Task GetOfCustomerAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var record = await _store.FindActiveAsync(call.Merchant.Id, customer.Id, call.Aborted);
        await call.OkAsync(new SubscriptionEnvelope(record is null ? null : await ViewAsync(call, record)));
    }

    private Task RunAsync(ApiCall call, Guid customerId, Func<Task> change) => RunAsync(
        call,
        customerId,
        async () =>
        {
            await change();
            return true;
        });

    // Published even where it failed: a payment may have gone through, and what it paid for be done.
    private Task<T> RunAsync<T>(ApiCall call, Guid customerId, Func<Task<T>> change) => _changes.RunAsync(
        customerId,
        async () =>
        {
            try
            {
                return await change();
            }
            finally
            {
                await _publisher.RefreshAsync(call.Merchant.Id, customerId);
            }
        },
        call.Aborted);

    private async Task<Plan> FindPlanAsync(ApiCall call, string planId) => (Ids.TryParse(IdPrefix.Plan, planId, out var id)
        ? await dependencies.Stores.Plans.FindAsync(call.Merchant.Id, id, CancellationToken.None)
        : null) ?? throw ApiException.NotFound("plan");

    private async Task<SubscriptionRecord> FindAsync(ApiCall call) => (Ids.TryParse(IdPrefix.Subscription, call.Id, out var id)
        ? await _store.FindAsync(call.Merchant.Id, id, call.Aborted)
        : null) ?? throw ApiException.NotFound("subscription");

    // A change between plans without cycles makes another subscription.
    private async Task<SubscriptionRecord> FindPresentAsync(ApiCall call, SubscriptionRecord before) =>
        await _store.FindActiveAsync(call.Merchant.Id, before.Subscription.CustomerId, call.Aborted) ?? before;

    private async Task<SubscriptionView> ViewAsync(ApiCall call, SubscriptionRecord record)
    {
        await call.CatchUpAsync();
        var credits = await dependencies.Stores.Credits.SplitAsync([record.WalletId], call.Aborted);
        return SubscriptionView.From(record, call.Merchant.IsTest, credits.GetValueOrDefault(record.WalletId), isListed: false);
    }
}
