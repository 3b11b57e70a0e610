using Lava.Metering.Catalog;
using Lava.Postgres.Verification;
using Npgsql;

namespace Lava.Tests.Postgres.Verification;

/// <summary>Each check sees its own kind of fault, and only where there is one.</summary>
[Collection(PostgresCollection.Name)]
public sealed class BookVerificationTests(VerifiedBooks books) : IClassFixture<VerifiedBooks>
{
    private const string Charges = "each charge is";
    private const string Costs = "each cost is";
    private const string Whole = "the journal is whole";
    private const string Booked = "each settlement of the journal";

    private const string Merchant = "(select merchant_id from requests limit 1)";

    // The first of what there is, so that every run breaks the same row.
    private const string Contra =
        "(select entry_id from ledger_entries join wallets w using (wallet_id) where w.kind = {0} order by entry_id limit 1)";

    // On the meter with two tiers of percentages.
    private const string BilledCall =
        "(select id from requests where billed and not reported and debit > 0 and rate_type = 1 order by id limit 1)";

    private const string Refund =
        "insert into refunds (refund_id, payment_id, charge_reference, origin, amount, takes_credit, shares, credit, status, fingerprint, "
        + "created_at, ended_at)";

    private const string Rest = "payment_id, now(), null from payments limit 1";
    private const string Ended = "payment_id, now(), now() from payments limit 1";

    private const string Moved = """
        with moved as (
          update ledger_entries set wallet_id = {0} where entry_id = {1} returning amount, (
            select wallet_id from ledger_entries e where e.entry_id = ledger_entries.entry_id) as old)
        update wallets w set posted = posted + case when w.wallet_id = m.old then -m.amount else m.amount end
        from moved m where w.wallet_id in (m.old, {0})
        """;

    public static TheoryData<string, string[]> Faults => new()
    {
        {
            $"""
            update wallets w set posted = posted + 1 from ledger_entries e where w.wallet_id = e.wallet_id and e.entry_id = {ContraOf(2)};
            update ledger_entries set amount = amount + 1 where entry_id = {ContraOf(2)};
            """,
            [LedgerChecks.Transactions.Name]
        },
        {
            Move($"(select wallet_id from wallets where kind = 2 and merchant_id <> {Merchant})", ContraOf(2)),
            [LedgerChecks.Transactions.Name]
        },
        {
            Move($"(select wallet_id from wallets where kind = 3 and merchant_id = {Merchant})", ContraOf(4)),
            [LedgerChecks.Accounts.Name]
        },
        { "update wallets set posted = posted + 1 where kind = 2", [LedgerChecks.Wallets.Name] },
        { "update wallets set posted = posted + 1 where kind = 0", [LedgerChecks.Wallets.Name, CreditChecks.Remaining.Name] },
        {
            """
            with merchant as (select merchant_id from requests limit 1),
            sides (wallet_id, amount) as (
              select wallet_id, case kind when 1 then -5 else 5 end from wallets join merchant using (merchant_id) where kind in (1, 3)),
            entries as (
              insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at)
              select '00000000-0000-0000-0000-000000000001', wallet_id, 2, amount, now() from sides)
            update wallets w set posted = posted + s.amount from sides s where s.wallet_id = w.wallet_id
            """,
            [LedgerChecks.Debits.Name]
        },
        {
            """
            insert into removed_months (month, records, debited) values ('2021-05-01', 0, 5);
            update journal_positions set debited = debited + 5;
            """,
            [LedgerChecks.RemovedMonths.Name]
        },
        { "update grants set remaining = remaining - 1 where remaining > 1", [CreditChecks.Remaining.Name] },
        { "update grants set amount = amount + 1 where origin = 2 and subscription_id is null", [CreditChecks.Grants.Name] },
        { "update grants set origin = 0 where origin = 2 and subscription_id is null", [CreditChecks.Grants.Name] },
        {
            "update grants set taken_back = taken_back + 1 where origin = 2 and subscription_id is null", [CreditChecks.TakenBack.Name]
        },
        {
            """
            update subscription_cycles set ends_at = ends_at + interval '1 day'
            where starts_at = (select min(starts_at) from subscription_cycles)
            """,
            [SubscriptionChecks.Overlaps.Name]
        },
        { "update subscriptions set past_due_since = now()", [SubscriptionChecks.Present.Name] },
        {
            "update subscription_cycles set is_paid = false where starts_at = (select min(starts_at) from subscription_cycles)",
            [SubscriptionChecks.Credit.Name]
        },
        {
            """
            update grant_expiries set amount = amount - 1;
            update grants set taken_back = taken_back - 1 where grant_id in (select grant_id from grant_expiries);
            """,
            [CreditChecks.Expiries.Name]
        },
        {
            """
            update adjustments set amount = amount + 1 where kind = 0;
            update grants set taken_back = taken_back - 1 where origin = 1 and taken_back > 0
            """,
            [CreditChecks.Adjustments.Name]
        },
        {
            $"update requests set charge = charge + 1 where id = {BilledCall}",
            [
                UsageChecks.Debits.Name, UsageChecks.Sums.Name, UsageChecks.Windows.Name, UsageChecks.TotalsByModel.Name,
                UsageChecks.Hours.Name, Charges,
            ]
        },
        { "update payments set credit = credit + 1", [PaymentChecks.Credit.Name] },
        { "update payments set status = 3", [PaymentChecks.Credit.Name, PaymentChecks.Attempts.Name] },
        { "update grants set fingerprint = merchant_id where origin = 4", [PaymentChecks.Credit.Name] },
        { "delete from payments", [PaymentChecks.Credit.Name] },
        { "delete from payment_attempts", [PaymentChecks.Attempts.Name] },
        { $"{Refund} select gen_random_uuid(), payment_id, 'c', 0, amount + 1, false, '[]', 0, 0, {Rest}", [PaymentChecks.Refunds.Name] },
        { $"{Refund} select gen_random_uuid(), payment_id, 'c', 2, amount - 1, false, '[]', 0, 0, {Rest}", [PaymentChecks.Refunds.Name] },
        { $"{Refund} select gen_random_uuid(), payment_id, 'c', 0, 1, true, '[]', 0, 3, {Ended}", [] },
        { $"{Refund} select gen_random_uuid(), payment_id, 'c', 0, 1, true, '[]', 7, 2, {Ended}", [PaymentChecks.TakenBack.Name] },
        {
            """
            insert into disputes (reference, payment_id, amount, shares, credit, status, is_settled, created_at)
            select 'd', payment_id, 1, '[]', 7, 1, true, now() from payments limit 1
            """,
            [PaymentChecks.TakenBack.Name]
        },
        { "update customers set is_draft = true", [PaymentChecks.Sessions.Name] },
        {
            "update requests set input_cost = input_cost + 1 where not billed and not reported",
            [UsageChecks.Debits.Name, UsageChecks.Sums.Name, UsageChecks.TotalsByModel.Name, UsageChecks.Hours.Name, Charges, Costs]
        },
        { "update meter_positions set units = units + 1", [UsageChecks.Positions.Name] },
        { "update usage_sums set tokens = tokens + 1", [UsageChecks.Sums.Name] },
        { "update usage_totals set errors = errors + 1", [UsageChecks.TotalsByModel.Name] },
        { "update usage_totals set input_tokens = input_tokens - 1, output_tokens = output_tokens + 1", [UsageChecks.TotalsByModel.Name] },
        { "delete from usage_totals", [UsageChecks.TotalsByModel.Name] },
        { "update usage_hours set errors = errors + 1", [UsageChecks.Hours.Name] },
        { "delete from usage_hours", [UsageChecks.Hours.Name] },
        { "update journal_positions set records = records + 1", [UsageChecks.Totals.Name] },
        { "update journal_positions set debited = debited - 1", [UsageChecks.Totals.Name] },
        { "delete from report_ids", [UsageChecks.Reports.Name] },
        { "update usage_windows set day_tokens = day_tokens - 1", [UsageChecks.Windows.Name] },
        { "update usage_windows set cycle = cycle - 1", [UsageChecks.Windows.Name] },
        { "update usage_windows set spend = spend + 1", [UsageChecks.Windows.Name] },
        { "delete from usage_windows", [UsageChecks.Windows.Name] },
        {
            "insert into rejected_records values (1, 1, '00000000-0000-0000-0000-000000000001', 1, 5, '', 'refused')",
            [UsageChecks.Rejected.Name]
        },
        { $"update requests set slices = jsonb_set(slices, '{{0,3}}', '1') where id = {BilledCall}", [Charges] },
        { $"update requests set slices = jsonb_set(slices, '{{0,1}}', '1') where id = {BilledCall}", [Charges] },
        { "update requests set units_before = units_before + 1 where jsonb_array_length(slices) > 1", [Charges] },
        { $"update requests set input_cost = input_cost - 1, output_cost = output_cost + 1 where id = {BilledCall}", [Costs] },
        { "update journal_positions set sequence = sequence - 1", [Booked] },
        { "update journal_positions set sequence = sequence + 2", [Booked] },
        { "update journal_positions set sequence = sequence + 1000", [Whole, Booked] },
        { "update requests set wallet_id = wallet_id + 1 where debit = 0", [Booked] },
        {
            $"""
            update ledger_entries set transaction_id = '00000000-0000-0000-0000-000000000001' where transaction_id = {BilledCall};
            update requests set id = '00000000-0000-0000-0000-000000000001' where id = {BilledCall};
            """,
            [Booked]
        },
    };

    [Fact]
    public async Task Run_SoundBooks_ProvesAll()
    {
        var results = await books.VerifyAsync();
        Assert.All(results, result => Assert.True(result.IsProven, $"{result.Name}: {string.Join("; ", result.First)}"));
        Assert.All(results.Where(result => result.Name != LedgerChecks.RemovedMonths.Name && result.Name != UsageChecks.Rejected.Name),
            result => Assert.NotEqual(0, result.Looked));
    }

    [Fact]
    public async Task Run_MonthRemoved_ProvesWhatIsLeft()
    {
        var results = await books.VerifyAsync("select remove_requests_month(now()::date)");
        Assert.All(results, result => Assert.True(result.IsProven, $"{result.Name}: {string.Join("; ", result.First)}"));
        Assert.Equal(1, results.Single(result => result.Name == LedgerChecks.RemovedMonths.Name).Looked);
    }

    [Fact]
    public async Task Run_SnapshotOpen_HindersNoServer()
    {
        await using var snapshot = await BookSnapshot.OpenAsync(books.ConnectionString, "", TimeProvider.System, CancellationToken.None);
        await foreach (var _ in new BookVerification(books.Journal, VerifiedBooks.Node).RunAsync(
            snapshot, PriceCatalog.Shipped(), CancellationToken.None))
        {
        }

        await using var source = NpgsqlDataSource.Create(books.ConnectionString);
        await using var server = source.CreateCommand("""
            set lock_timeout = '2s';
            select add_requests_month('2100-01-01');
            update journal_positions set fence = fence + 1;
            update wallets set version = version + 1;
            """);
        await server.ExecuteNonQueryAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Run_Fault_IsFoundByItsCheckAlone(string damage, string[] checks)
    {
        var failed = (await books.VerifyAsync(damage)).Where(result => !result.IsProven).ToList();
        Assert.Equal(checks.Length, failed.Count);
        Assert.All(checks.Zip(failed), pair => Assert.StartsWith(pair.First, pair.Second.Name, StringComparison.Ordinal));
        Assert.All(failed, result => Assert.Contains("expected", result.First[0], StringComparison.Ordinal));
    }

    private static string ContraOf(int kind) => Contra.Replace("{0}", kind.ToString(), StringComparison.Ordinal);

    private static string Move(string wallet, string entry) =>
        Moved.Replace("{0}", wallet, StringComparison.Ordinal).Replace("{1}", entry, StringComparison.Ordinal);
}
