using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Postgres.Seeding;

namespace Lava.Server.Demo;

/// <summary>What the demonstration's stories do with money: each step is booked at a moment, and the customer is what it left.</summary>
internal sealed class DemoBilling(SeedBilling billing, Guid merchantId, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>An id of now.</summary>
    public Guid NewId() => billing.NewId();

    /// <summary>Pays a renewal, or has it declined: its cycle begins in either case.</summary>
    /// <param name="customer">Who, at the end of its cycle.</param>
    /// <param name="at">When.</param>
    /// <param name="plan">The plan that it goes on with.</param>
    /// <param name="decline">What the bank says; null: it pays.</param>
    /// <returns>The payment; null where nothing is to be paid.</returns>
    public async Task<Payment?> RenewAsync(DemoCustomer customer, DateTimeOffset at, Plan plan, string? decline = null)
    {
        await billing.SetClockAsync(at, cancellationToken);
        var cycle = customer.Cycle!.Value;
        var cycleId = CycleIds.Of(customer.SubscriptionId, cycle.End);
        var owed = customer.Balance < Money.Zero ? -customer.Balance : Money.Zero;
        var terms = plan.Terms;
        Payment? payment = null;
        if (terms.PeriodAmount + owed > Money.Zero)
        {
            payment = await billing.PayAsync(
                New(customer, PaymentKind.Renewal) with
                {
                    Fee = terms.PeriodAmount,
                    Overage = owed,
                    Credit = terms.IncludedCredit,
                    SubscriptionId = customer.SubscriptionId,
                    CycleId = cycleId,
                    PlanId = plan.Id,
                },
                decline, cancellationToken);
        }

        // A payment's success has begun it already.
        await billing.RollAsync(
            new RollOrder(
                customer.SubscriptionId, cycle.End, plan.Id, cycleId, decline is null,
                new AgreedTerms(terms.PeriodAmount, terms.IncludedCredit)),
            cancellationToken);
        customer.Cycle = CycleTimes.Next(cycle, terms.Interval);
        customer.Plan = plan;
        await AfterAsync(customer, at);
        return payment;
    }

    /// <summary>Asks the card once more.</summary>
    public async Task<Payment> RetryAsync(DemoCustomer customer, DateTimeOffset at, Payment payment, string? decline)
    {
        await billing.SetClockAsync(at, cancellationToken);
        var after = await billing.TryAsync(payment, decline, cancellationToken);
        await AfterAsync(customer, at);
        return after;
    }

    /// <summary>Buys a bundle by hand.</summary>
    public async Task<Payment> BuyAsync(DemoCustomer customer, DateTimeOffset at, CreditBundle bundle, string? decline = null)
    {
        await billing.SetClockAsync(at, cancellationToken);
        var payment = await billing.PayAsync(
            New(customer, PaymentKind.Bundle) with
            {
                Fee = bundle.Cost,
                Credit = bundle.CreditAmount,
                SubscriptionId = customer.SubscriptionId,
                CreditBundleId = bundle.Id,
            },
            decline, cancellationToken);
        await AfterAsync(customer, at);
        return payment;
    }

    /// <summary>Charges the card for what was used beyond the credit.</summary>
    public async Task ChargeAsync(DemoCustomer customer, DateTimeOffset at, Money overage)
    {
        await billing.SetClockAsync(at, cancellationToken);
        await billing.PayAsync(
            New(customer, PaymentKind.Overage) with { Overage = overage, SubscriptionId = customer.SubscriptionId, IsAutomatic = true },
            null, cancellationToken);
        await AfterAsync(customer, at);
    }

    /// <summary>Begins a plan that costs nothing by itself.</summary>
    public async Task StartAsync(DemoCustomer customer, DateTimeOffset at, Plan plan)
    {
        await billing.SetClockAsync(at, cancellationToken);
        var cycle = CycleTimes.First(at, plan.Terms.Interval);
        await billing.StartAsync(
            new StartOrder(
                merchantId, customer.Row.Id, plan.Id, customer.SubscriptionId, CycleIds.Of(customer.SubscriptionId, cycle.Start)),
            cancellationToken);
        (customer.Plan, customer.Cycle) = (plan, cycle);
        await AfterAsync(customer, at);
    }

    /// <summary>Notes what is to happen at the cycle's end.</summary>
    public async Task AskAsync(DemoCustomer customer, DateTimeOffset at, PendingChange change)
    {
        await billing.SetClockAsync(at, cancellationToken);
        await billing.SetPendingAsync(customer.SubscriptionId, change, cancellationToken);
    }

    /// <summary>The subscription ends with its cycle, and what is left of its credit with it.</summary>
    public async Task EndAsync(DemoCustomer customer, DateTimeOffset at)
    {
        await billing.SetClockAsync(at, cancellationToken);
        var cycle = customer.Cycle!.Value;
        await billing.RollAsync(
            new RollOrder(customer.SubscriptionId, cycle.End, null, CycleIds.Of(customer.SubscriptionId, cycle.End), true),
            cancellationToken);
        Leave(customer);
        await ExpireAsync(customer, at);
    }

    /// <summary>The customer has no plan any more.</summary>
    public static void Leave(DemoCustomer customer) => (customer.Plan, customer.Cycle) = (null, null);

    /// <summary>Gives credit that is not paid for.</summary>
    public async Task GiveAsync(DemoCustomer customer, DateTimeOffset at, Money amount, string reason, DateTimeOffset expiresAt)
    {
        await billing.SetClockAsync(at, cancellationToken);
        var id = NewId();
        await billing.GiveAsync(
            new()
            {
                Id = id,
                MerchantId = merchantId,
                CustomerId = customer.Row.Id,
                WalletId = customer.Row.WalletId,
                Amount = amount,
                Reason = reason,
                ExpiresAt = expiresAt,
                Fingerprint = id,
            },
            cancellationToken);
        await AfterAsync(customer, at);
    }

    /// <summary>Takes what has expired.</summary>
    public async Task ExpireAsync(DemoCustomer customer, DateTimeOffset at)
    {
        await billing.SetClockAsync(at, cancellationToken);
        await billing.ExpireAsync(customer.Row.WalletId, cancellationToken);
        await AfterAsync(customer, at);
    }

    /// <summary>Gives money back.</summary>
    public async Task RefundAsync(DemoCustomer customer, DateTimeOffset at, Payment payment, Money? amount, string reason)
    {
        await billing.SetClockAsync(at, cancellationToken);
        await billing.RefundAsync(payment, amount, reason, cancellationToken);
        await AfterAsync(customer, at);
    }

    /// <summary>The bank takes a payment back; the card buys nothing any more.</summary>
    public async Task DisputeAsync(DemoCustomer customer, DateTimeOffset at, Payment payment)
    {
        await billing.SetClockAsync(at, cancellationToken);
        await billing.DisputeAsync(payment, cancellationToken);
        customer.Floor = Money.Zero;
        await AfterAsync(customer, at);
    }

    // Calls of the day come behind it.
    private async Task AfterAsync(DemoCustomer customer, DateTimeOffset at)
    {
        (customer.Balance, var floor) = await billing.ReadWalletAsync(customer.Row.WalletId, cancellationToken);
        customer.Floor = customer.Story == DemoStory.Owing ? floor : customer.Floor;
        customer.NotBefore = at + Pause > customer.NotBefore ? at + Pause : customer.NotBefore;
    }

    private NewPayment New(DemoCustomer customer, PaymentKind kind) => new()
    {
        Kind = kind,
        MerchantId = merchantId,
        CustomerId = customer.Row.Id,
        WalletId = customer.Row.WalletId,
    };
}
