using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.Subscriptions;

/// <summary>
/// Brings customers to plans, and what hinders them to the caller. The caller lets one change of a customer run at a time.
/// </summary>
internal sealed class PlanSwitch(ManagementDependencies dependencies)
{
    private readonly SubscriptionStore _store = dependencies.Stores.Subscriptions;

    /// <summary>Subscribes a customer; one who has a plan changes it.</summary>
    public async Task SubscribeAsync(bool isTest, Customer customer, Plan plan, Subscription? present)
    {
        if (present?.Cycle is null && !plan.HasCycles)
        {
            await SwitchAsync(customer.Id, plan);
            return;
        }

        var now = await dependencies.Subscriptions.Store.NowAsync(customer.MerchantId, CancellationToken.None);
        if (present is not null)
        {
            await ChangeAsync(present, customer.WalletId, plan, Decide(isTest, present, plan, now), now);
            return;
        }

        ThrowUnlessDone(await dependencies.Subscriptions.Changes.StartAsync(
            customer.Id, customer.WalletId, plan, null, now, CancellationToken.None));
    }

    /// <summary>Decides how a subscription comes to a plan.</summary>
    public PlanChange Decide(bool isTest, Subscription present, Plan plan, DateTimeOffset now) =>
        PlanChange.Decide(present, plan, now, dependencies.Payments?.Providers.Least.Of(isTest) ?? Money.Zero);

    /// <summary>Carries out a change that was decided.</summary>
    public async Task ChangeAsync(Subscription present, long walletId, Plan plan, PlanChange change, DateTimeOffset now)
    {
        // A share of a cycle that is over would cost nothing, and its renewal was asked for with the plan as it is.
        if (present.Cycle is { } cycle && cycle.End <= now)
        {
            throw CycleIsOver();
        }

        switch (change.Kind)
        {
            case PlanChangeKind.Stay:
                await _store.SetPendingAsync(present.Id, null, CancellationToken.None);
                break;
            case PlanChangeKind.Switch:
                await SwitchAsync(present.CustomerId, plan);
                break;
            case PlanChangeKind.AtCycleEnd:
                var pending = new PendingChange(PendingChangeKind.Downgrade, plan.Id);
                if (!await _store.SetPendingAsync(present.Id, pending, CancellationToken.None))
                {
                    throw new ApiException(ErrorCode.Conflict, "The subscription or the plan has ended meanwhile");
                }

                break;
            case PlanChangeKind.Upgrade:
                ThrowUnlessDone(await dependencies.Subscriptions.Changes.UpgradeAsync(
                    present, walletId, plan, change.Amounts, CancellationToken.None));
                break;
            default:
                ThrowUnlessDone(await dependencies.Subscriptions.Changes.StartAsync(
                    present.CustomerId, walletId, plan, present.Id, now, CancellationToken.None));
                break;
        }
    }

    /// <summary>Ends a subscription at its cycle's end, or at once without one; one that has ended stays as it is.</summary>
    public async Task CancelAsync(Guid merchantId, Subscription present)
    {
        if (present.CancelledAt is not null)
        {
            return;
        }

        if (present.Cycle is null)
        {
            await _store.CancelAsync(merchantId, present.Id, dependencies.Time.GetUtcNow(), CancellationToken.None);
        }
        else if (!await _store.SetPendingAsync(
            present.Id, new PendingChange(PendingChangeKind.Cancellation, null), CancellationToken.None))
        {
            throw CycleIsOver();
        }
    }

    private static ApiException CycleIsOver() => new(
        ErrorCode.Conflict, "The subscription's cycle has ended and its renewal is under way, try again when the next one has begun");

    private async Task SwitchAsync(Guid customerId, Plan plan)
    {
        var at = dependencies.Time.GetUtcNow();
        if (await _store.SubscribeAsync(Ids.New(dependencies.Time), plan, customerId, at, CancellationToken.None) is null)
        {
            throw ApiException.NotFound("customer");
        }
    }

    private static void ThrowUnlessDone(ChangeOutcome outcome)
    {
        switch (outcome)
        {
            case ChangeOutcome.PaymentsMissing:
                throw new ApiException(ErrorCode.PaymentRequired, "The plan costs money, and this server takes no payments");
            case ChangeOutcome.NoMethod:
                throw new ApiException(
                    ErrorCode.PaymentRequired,
                    "The plan costs money and the customer has no card that can be charged: add one with "
                    + "POST /v1/customers/{customer_id}/payment_methods; nothing changed");
            case ChangeOutcome.Declined:
                throw new ApiException(ErrorCode.PaymentDeclined, "The payment was declined; nothing changed");
            case ChangeOutcome.Unknown:
                throw new ApiException(ErrorCode.Conflict, "A payment is being attempted: the plan changes when it succeeds");
        }
    }
}
