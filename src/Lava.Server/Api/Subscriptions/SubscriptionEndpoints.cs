using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Customers;

namespace Lava.Server.Api.Subscriptions;

/// <summary><c>/v1/subscriptions</c>: which plan a customer has. Plans that cost money are bought at checkout, not here.</summary>
internal sealed class SubscriptionEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    private static readonly Dictionary<string, StatusFilter> Statuses = new()
    {
        [SubscriptionView.Active] = StatusFilter.Active,
        [SubscriptionView.Cancelled] = StatusFilter.Cancelled,
        ["all"] = StatusFilter.All,
    };

    private readonly SubscriptionStore _store = dependencies.Stores.Subscriptions;
    private readonly CustomerPublisher _publisher = new(dependencies);

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
        var record = await gate.RunAsync(call.Merchant.Id, () => SubscribeAsync(call, customer.Id, planId), call.Aborted);
        await call.OkAsync(new SubscriptionEnvelope(View(call, record, isListed: false)));
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
        var rows = customerId is null || customer is not null
            ? await _store.ListAsync(call.Merchant.Id, customer?.Id, active, cursor, limit + 1, call.Aborted)
            : [];
        await call.OkAsync(Page<SubscriptionView>.From(
            rows, limit, row => View(call, row, isListed: true), row => Cursor.Encode(row.Subscription.Id)));
    }

    /// <summary>At once: a plan that costs nothing has no cycle that was paid for.</summary>
    public async Task DeleteAsync(ApiCall call)
    {
        if (!Ids.TryParse(IdPrefix.Subscription, call.Id, out var id))
        {
            throw ApiException.NotFound("subscription");
        }

        var found = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var customer = await _store.CancelAsync(call.Merchant.Id, id, dependencies.Time.GetUtcNow(), CancellationToken.None);
                if (customer is { } customerId)
                {
                    // From what is stored: the one that was cancelled may be an older one than the customer's present one.
                    await _publisher.RefreshHeldAsync(call.Merchant.Id, customerId);
                }

                return customer is not null;
            },
            call.Aborted);
        await (found ? call.OkAsync(new SuccessView(true)) : throw ApiException.NotFound("subscription"));
    }

    public async Task GetOfCustomerAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var record = await _store.FindActiveAsync(call.Merchant.Id, customer.Id, call.Aborted);
        await call.OkAsync(new SubscriptionEnvelope(record is null ? null : View(call, record, isListed: false)));
    }

    private async Task<SubscriptionRecord> SubscribeAsync(ApiCall call, Guid customerId, string planId)
    {
        var plan = Ids.TryParse(IdPrefix.Plan, planId, out var id)
            ? await dependencies.Stores.Plans.FindAsync(call.Merchant.Id, id, CancellationToken.None)
            : null;
        if (plan is null)
        {
            throw ApiException.NotFound("plan");
        }

        if (!plan.Terms.IsFree)
        {
            throw new ApiException(
                ErrorCode.InvalidParameter, "plan_id must be a free plan (period_amount 0): one that costs money is bought at checkout");
        }

        var record = await _store.SubscribeAsync(
            Ids.New(dependencies.Time), plan, customerId, dependencies.Time.GetUtcNow(), CancellationToken.None)
            ?? throw ApiException.NotFound("customer");
        await _publisher.RefreshHeldAsync(call.Merchant.Id, customerId);
        return record;
    }

    private SubscriptionView View(ApiCall call, SubscriptionRecord record, bool isListed)
    {
        var balance = dependencies.Wallets.TryRead(record.WalletId, out var wallet) ? wallet.Posted : Money.Zero;
        return SubscriptionView.From(record, call.Merchant.IsTest, balance, isListed);
    }
}
