using System.Runtime.CompilerServices;
using Lava.Metering.Catalog;
using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>Proves the books of one moment: every check reads the same snapshot.</summary>
public sealed class BookVerification
{
    private readonly JournalCheck _journal;

    /// <summary>Looks at the journal for the first time: the snapshot must be opened after that.</summary>
    /// <param name="journalDirectory">The journal of a node.</param>
    /// <param name="nodeId">The node's number.</param>
    /// <exception cref="JournalException">The journal can't be read.</exception>
    public BookVerification(string journalDirectory, int nodeId)
    {
        _journal = new JournalCheck(journalDirectory, nodeId);
    }

    /// <summary>Runs every check, one after the other.</summary>
    /// <param name="snapshot">The books.</param>
    /// <param name="prices">The catalog that costs are calculated with again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL went away.</exception>
    public async IAsyncEnumerable<CheckResult> RunAsync(
        BookSnapshot snapshot, PriceCatalog prices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ICheck[] checks =
        [
            LedgerChecks.Transactions, LedgerChecks.Accounts, LedgerChecks.Wallets, LedgerChecks.Debits, LedgerChecks.RemovedMonths,
            CreditChecks.Remaining, CreditChecks.Grants, CreditChecks.TakenBack, CreditChecks.Expiries, CreditChecks.Adjustments,
            SubscriptionChecks.Overlaps, SubscriptionChecks.Present, SubscriptionChecks.Credit,
            PaymentChecks.Credit, PaymentChecks.Attempts, PaymentChecks.Refunds, PaymentChecks.TakenBack, PaymentChecks.Sessions,
            UsageChecks.Debits, UsageChecks.Positions, UsageChecks.Sums, UsageChecks.Totals, UsageChecks.Reports, UsageChecks.Rejected,
            UsageChecks.Windows, UsageChecks.TotalsByModel, UsageChecks.Hours,
            new ArithmeticCheck(prices),
            _journal,
        ];
        foreach (var check in checks)
        {
            foreach (var result in await RunAsync(check, snapshot.Connection, cancellationToken))
            {
                yield return result;
            }
        }
    }

    private static async Task<IReadOnlyList<CheckResult>> RunAsync(
        ICheck check, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await check.RunAsync(connection, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new StoreUnavailableException($"PostgreSQL: {e.Message}", e);
        }
    }
}
