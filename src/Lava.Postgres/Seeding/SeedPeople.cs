using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres.Seeding;

/// <summary>Customers with what they have from their first day on: a wallet, a card, a subscription.</summary>
internal static class SeedPeople
{
    private const short ExpiryMonth = 12;

    public static async Task CopyAsync(
        NpgsqlConnection connection, Guid merchantId, IReadOnlyList<SeedCustomer> customers, CancellationToken cancellationToken)
    {
        await SeedRows.CopyAsync(
            connection, "wallets (wallet_id, merchant_id, kind, floor)", customers,
            (rows, customer) => rows.Row().Long(customer.WalletId).Id(merchantId).Small((short)WalletKind.Customer).Amount(customer.Floor),
            cancellationToken);
        await SeedRows.CopyAsync(
            connection, "customers (customer_id, merchant_id, wallet_id, reference_id, name, email, limits, created_at)", customers,
            (rows, customer) => rows.Row().Id(customer.Id).Id(merchantId).Long(customer.WalletId).Text(customer.ReferenceId)
                .Text(customer.Name).Text(customer.Email).Json(LimitColumn.Write(customer.Limits)).Time(customer.CreatedAt),
            cancellationToken);
        await SeedRows.CopyAsync(
            connection,
            "payment_methods (payment_method_id, merchant_id, customer_id, provider, reference, brand, last4, expiry_month, expiry_year, "
                + "is_default, created_at)",
            customers.Where(customer => customer.Card is not null),
            (rows, customer) => WriteCard(rows, merchantId, customer, customer.Card!),
            cancellationToken);
        await SeedRows.CopyAsync(
            connection,
            "subscriptions (subscription_id, merchant_id, customer_id, plan_id, auto_top_up_bundle_id, started_at, anchor_at, cycle_index, "
                + "cycle_start_at, cycle_end_at, overage_mode, overage_limit, overage_increment)",
            customers.Where(customer => customer.Subscription is not null),
            (rows, customer) => WriteSubscription(rows, merchantId, customer, customer.Subscription!),
            cancellationToken);
    }

    private static void WriteCard(SeedRows rows, Guid merchantId, SeedCustomer customer, SeedCard card) => rows.Row()
        .Id(card.Id).Id(merchantId).Id(customer.Id).Small((short)PaymentProviderKind.Sandbox).Text(card.Reference).Text(card.Brand)
        .Text(card.Last4).Small(ExpiryMonth).Small(card.ExpiryYear).Flag(true).Time(customer.CreatedAt);

    private static void WriteSubscription(SeedRows rows, Guid merchantId, SeedCustomer customer, SeedSubscription subscription)
    {
        var cycle = subscription.FirstCycle;
        rows.Row().Id(subscription.Id).Id(merchantId).Id(customer.Id).Id(subscription.PlanId).Id(subscription.TopUpBundleId)
            .Time(subscription.StartedAt).Time(cycle?.Anchor).Number(cycle?.Index).Time(cycle?.Start).Time(cycle?.End)
            .Small((short)subscription.Overage.Mode).Amount(subscription.Overage.Limit).Amount(subscription.Overage.Increment);
    }
}
