using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres.Seeding;

/// <summary>
/// Books incomes many at a time, in the rows that <see cref="GrantStore"/>, <see cref="PaymentStore"/> and <see cref="SubscriptionRoll"/>
/// would have written one by one.
/// </summary>
internal static class SeedMoney
{
    public static async Task BookAsync(
        NpgsqlConnection connection, Guid merchantId, IReadOnlyDictionary<WalletKind, long> contra, IReadOnlyList<SeedIncome> incomes,
        CancellationToken cancellationToken)
    {
        var paid = incomes.Where(income => income.Payment is not null).ToList();
        await SeedRows.CopyAsync(
            connection,
            "payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, subscription_id, cycle_id, credit_bundle_id, "
                + "plan_id, credit, status, attempts, payment_method_id, provider_reference, is_automatic, created_at, ended_at)",
            paid, (rows, income) => WritePayment(rows, merchantId, income, income.Payment!), cancellationToken);
        await SeedRows.CopyAsync(
            connection,
            "payment_attempts (payment_id, attempt, wallet_id, payment_method_id, started_at, ended_at, sent_at, outcome, "
                + "provider_reference, charges)",
            paid, (rows, income) => WriteAttempt(rows, income, income.Payment!), cancellationToken);
        await SeedRows.CopyAsync(
            connection,
            "grants (grant_id, merchant_id, customer_id, wallet_id, origin, amount, remaining, reason, expires_at, external_reference, "
                + "fingerprint, created_at, subscription_id, credit_bundle_id)",
            incomes, (rows, income) => WriteGrant(rows, merchantId, income), cancellationToken);
        await SeedRows.CopyAsync(
            connection,
            "subscription_cycles (cycle_id, subscription_id, plan_id, starts_at, ends_at, price, included_credit, is_paid, payment_id, "
                + "grant_id, created_at)",
            incomes.Where(income => income.Cycle is not null), (rows, income) => WriteCycle(rows, income, income.Cycle!),
            cancellationToken);

        // In the order of time: of each wallet that is the order of its balances.
        await SeedRows.CopyAsync(
            connection, "ledger_entries (transaction_id, wallet_id, kind, amount, created_at)", incomes,
            (rows, income) => WriteEntries(rows, contra, income), cancellationToken);
        await PostAsync(connection, contra, incomes, cancellationToken);
        await RollAsync(connection, incomes, cancellationToken);
    }

    private static void WritePayment(SeedRows rows, Guid merchantId, SeedIncome income, SeedPayment payment) => rows.Row()
        .Id(payment.Id).Id(merchantId).Id(income.CustomerId).Long(income.WalletId).Small((short)payment.Kind).Amount(payment.Fee).Long(0)
        .Id(income.SubscriptionId).Id(income.Cycle?.Id).Id(income.BundleId).Id(income.Cycle?.PlanId).Amount(income.Amount)
        .Small((short)PaymentStatus.Succeeded).Number(1).Id(payment.CardId).Text(ChargeName(payment)).Flag(payment.IsAutomatic)
        .Time(income.At - Answer).Time(income.At);

    private static void WriteAttempt(SeedRows rows, SeedIncome income, SeedPayment payment) => rows.Row()
        .Id(payment.Id).Number(1).Long(income.WalletId).Id(payment.CardId).Time(income.At - Answer).Time(income.At)
        .Time(income.At - Answer).Small((short)ChargeOutcome.Succeeded).Text(ChargeName(payment)).Small(1);

    private static void WriteGrant(SeedRows rows, Guid merchantId, SeedIncome income)
    {
        var reference = income.Payment is { } payment ? PaymentBooking.References(payment.Id, isTest: true)[0] : null;
        rows.Row().Id(income.Id).Id(merchantId).Id(income.CustomerId).Long(income.WalletId).Small((short)income.Origin)
            .Amount(income.Amount).Amount(income.Amount - income.Owed).Text(income.Reason).Time(income.ExpiresAt).Text(reference)
            .Id(income.Payment?.Id ?? income.Id).Time(income.At).Id(income.SubscriptionId).Id(income.BundleId);
    }

    private static void WriteCycle(SeedRows rows, SeedIncome income, SeedCycle cycle) => rows.Row()
        .Id(cycle.Id).Id(cycle.SubscriptionId).Id(cycle.PlanId).Time(cycle.Cycle.Start).Time(cycle.Cycle.End).Amount(cycle.Price)
        .Amount(cycle.IncludedCredit).Flag(true).Id(income.Payment?.Id).Id(income.Id).Time(income.At);

    private static void WriteEntries(SeedRows rows, IReadOnlyDictionary<WalletKind, long> contra, SeedIncome income)
    {
        var kind = KindOf(income);
        rows.Row().Id(income.Id).Long(income.WalletId).Small((short)kind).Amount(income.Amount).Time(income.At);
        rows.Row().Id(income.Id).Long(contra[EntryRule.Of(kind).Contra]).Small((short)kind).Amount(-income.Amount).Time(income.At);
    }

    private static async Task PostAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<WalletKind, long> contra, IReadOnlyList<SeedIncome> incomes,
        CancellationToken cancellationToken)
    {
        var deltas = incomes
            .SelectMany(income => new (long Wallet, Money Amount)[]
            {
                (income.WalletId, income.Amount), (contra[EntryRule.Of(KindOf(income)).Contra], -income.Amount),
            })
            .GroupBy(delta => delta.Wallet).OrderBy(wallet => wallet.Key)
            .Select(wallet => (wallet.Key, Sum: wallet.Sum(delta => delta.Amount.Units))).ToList();
        await using var command = new NpgsqlCommand(
            """
            update wallets w set posted = w.posted + d.amount, version = w.version + 1
            from unnest(@wallets, @amounts) d (wallet_id, amount) where w.wallet_id = d.wallet_id
            """,
            connection)
            .Add("wallets", deltas.ConvertAll(delta => delta.Key).ToArray())
            .Add("amounts", deltas.ConvertAll(delta => delta.Sum).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // The first cycle stands in the subscription as it was made.
    private static async Task RollAsync(NpgsqlConnection connection, IReadOnlyList<SeedIncome> incomes, CancellationToken cancellationToken)
    {
        var cycles = incomes.Select(income => income.Cycle).OfType<SeedCycle>().Where(cycle => cycle.Cycle.Index > 0).ToList();
        await using var command = new NpgsqlCommand(
            """
            update subscriptions s set cycle_index = c.index, cycle_start_at = c.start, cycle_end_at = c.end
            from unnest(@ids, @indexes, @starts, @ends) c (id, index, start, "end") where s.subscription_id = c.id
            """,
            connection)
            .Add("ids", cycles.ConvertAll(cycle => cycle.SubscriptionId).ToArray())
            .Add("indexes", cycles.ConvertAll(cycle => cycle.Cycle.Index).ToArray())
            .Add("starts", cycles.ConvertAll(cycle => cycle.Cycle.Start.UtcDateTime).ToArray())
            .Add("ends", cycles.ConvertAll(cycle => cycle.Cycle.End.UtcDateTime).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static EntryKind KindOf(SeedIncome income) => income.Origin switch
    {
        CreditOrigin.Grant => EntryKind.Grant,
        CreditOrigin.Purchase => EntryKind.Purchase,
        CreditOrigin.CycleCredit => EntryKind.CycleCredit,
        _ => throw new ArgumentOutOfRangeException(nameof(income), $"{income.Origin} is no income."),
    };

    private static string ChargeName(SeedPayment payment) => $"seed_{payment.Id:N}";

    // Between the order and the sandbox's answer.
    private static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(400);
}
