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
        await using (var rows = await SeedRows.OpenAsync(connection, "wallets (wallet_id, merchant_id, kind, floor)", cancellationToken))
        {
            foreach (var customer in customers)
            {
                rows.Row().Long(customer.WalletId).Id(merchantId).Small((short)WalletKind.Customer).Amount(customer.Floor);
            }

            await rows.CompleteAsync(cancellationToken);
        }

        await using (var rows = await SeedRows.OpenAsync(
            connection,
            "customers (customer_id, merchant_id, wallet_id, reference_id, name, email, limits, created_at)",
            cancellationToken))
        {
            foreach (var customer in customers)
            {
                rows.Row().Id(customer.Id).Id(merchantId).Long(customer.WalletId).Text(customer.ReferenceId).Text(customer.Name)
                    .Text(customer.Email).Json(LimitColumn.Write(customer.Limits)).Time(customer.CreatedAt);
            }

            await rows.CompleteAsync(cancellationToken);
        }

        await CopyCardsAsync(connection, merchantId, customers, cancellationToken);
        await CopySubscriptionsAsync(connection, merchantId, customers, cancellationToken);
    }

    private static async Task CopyCardsAsync(
        NpgsqlConnection connection, Guid merchantId, IReadOnlyList<SeedCustomer> customers, CancellationToken cancellationToken)
    {
        await using var rows = await SeedRows.OpenAsync(
            connection,
            "payment_methods (payment_method_id, merchant_id, customer_id, provider, reference, brand, last4, expiry_month, expiry_year, "
                + "is_default, created_at)",
            cancellationToken);
        foreach (var customer in customers)
        {
            if (customer.Card is { } card)
            {
                rows.Row().Id(card.Id).Id(merchantId).Id(customer.Id).Small((short)PaymentProviderKind.Sandbox).Text(card.Reference)
                    .Text(card.Brand).Text(card.Last4).Small(ExpiryMonth).Small(card.ExpiryYear).Flag(true).Time(customer.CreatedAt);
            }
        }

        await rows.CompleteAsync(cancellationToken);
    }

    private static async Task CopySubscriptionsAsync(
        NpgsqlConnection connection, Guid merchantId, IReadOnlyList<SeedCustomer> customers, CancellationToken cancellationToken)
    {
        await using var rows = await SeedRows.OpenAsync(
            connection,
            "subscriptions (subscription_id, merchant_id, customer_id, plan_id, auto_top_up_bundle_id, started_at, anchor_at, cycle_index, "
                + "cycle_start_at, cycle_end_at, overage_mode, overage_limit, overage_increment)",
            cancellationToken);
        foreach (var customer in customers)
        {
            if (customer.Subscription is { } subscription)
            {
                var cycle = subscription.FirstCycle;
                rows.Row().Id(subscription.Id).Id(merchantId).Id(customer.Id).Id(subscription.PlanId).Id(subscription.TopUpBundleId)
                    .Time(subscription.StartedAt).Time(cycle?.Anchor).Number(cycle?.Index).Time(cycle?.Start).Time(cycle?.End)
                    .Small((short)subscription.Overage.Mode).Amount(subscription.Overage.Limit).Amount(subscription.Overage.Increment);
            }
        }

        await rows.CompleteAsync(cancellationToken);
    }
}
