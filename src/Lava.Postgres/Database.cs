using Lava.Metering.Pricing;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// The system of record, open and migrated: the operator's PostgreSQL, or a private one in the data directory. The way in for the
/// server, which sees no Npgsql.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _stores;
    private readonly NpgsqlDataSource _reading;
    private readonly StoreSource _gated;
    private readonly PostgresWatch _watch;
    private readonly PrivateCluster? _cluster;
    private readonly TimeProvider _time;

    // The flusher has connections of its own: however many callers the API has, it never waits behind them. Nor do those of the API
    // behind people who look at the dashboard.
    private Database(
        string connectionString, NpgsqlDataSource source, PrivateCluster? cluster, Action<string> report, TimeProvider time)
    {
        _source = source;
        _stores = PostgresDataSource.Create(connectionString, PostgresDataSource.MaxPoolSize, PostgresDataSource.StoreSeconds);
        _watch = new PostgresWatch(connectionString, _stores, state => report(Describe(state)), time);
        _gated = new StoreSource(_stores, _watch);
        _cluster = cluster;
        _time = time;
        Stores = new ManagementStores(_gated, time);
        _reading = PostgresDataSource.CreateReading(connectionString);
        Reading = new StoreSource(_reading, _watch);
    }

    /// <summary>The stores that the management API works with.</summary>
    public ManagementStores Stores { get; }

    /// <summary>What the dashboard asks beyond the API: a few connections that can't write and give up soon.</summary>
    public StoreSource Reading { get; }

    /// <summary>
    /// Merchants over the start's own connections: the first use of the stores' connections opens one and learns the server's types.
    /// </summary>
    public MerchantStore FirstMerchants => new(_source, _time);

    /// <summary>Has anybody signed in to the dashboard? Over the start's own connections.</summary>
    public Task<bool> HasSessionsAsync(CancellationToken cancellationToken) => new SessionStore(_source).AnyAsync(cancellationToken);

    /// <summary>Gives merchants their free plan who have none, over the start's own connections.</summary>
    public Task AddDefaultPlansAsync(CancellationToken cancellationToken) =>
        new PlanStore(_source).AddDefaultsAsync(_time, cancellationToken);

    /// <summary>Does this process run the PostgreSQL server itself?</summary>
    public bool IsPrivate => _cluster is not null;

    /// <summary>Is PostgreSQL there now?</summary>
    public PostgresState State => _watch.State;

    /// <summary>How often a private server ended by itself and was started again.</summary>
    public int Restarts => _cluster?.Restarts ?? 0;

    /// <summary>Is this a connection string that Npgsql understands?</summary>
    public static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Opens and migrates.</summary>
    /// <param name="connectionString">Npgsql's; null for a private server.</param>
    /// <param name="dataDirectory">Where a private server lies.</param>
    /// <param name="report">Is told what becomes of PostgreSQL while it is open.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PrivateClusterException">The private server can't be started; the message says what to do.</exception>
    /// <exception cref="SchemaMismatchException">The database belongs to another version.</exception>
    /// <exception cref="StoreUnavailableException">The server can't be reached, or is not ready: try again later.</exception>
    /// <exception cref="DatabaseRefusedException">The server refuses; the message says what to do.</exception>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public static async Task<Database> OpenAsync(
        string? connectionString, string dataDirectory, Action<string> report, TimeProvider time, CancellationToken cancellationToken)
    {
        PrivateCluster? cluster = null;
        NpgsqlDataSource? source = null;
        try
        {
            if (connectionString is null)
            {
                var options = new PrivateClusterOptions { DataDirectory = dataDirectory, Report = report };
                cluster = await PrivateCluster.StartAsync(options, time, cancellationToken);
                connectionString = cluster.ConnectionString;
            }

            source = PostgresDataSource.Create(connectionString);
            await RunAsync(source, () => new Migrator(source).ApplyAsync(cancellationToken));
            return new Database(connectionString, source, cluster, report, time);
        }
        catch
        {
            await CloseAsync(source, cluster);
            throw;
        }
    }

    /// <summary>Takes over a node's journal: older processes of the node can no longer write.</summary>
    public Task<JournalPosition> TakePositionAsync(int nodeId, CancellationToken cancellationToken) =>
        RunAsync(_source, () => JournalPosition.TakeAsync(_source, nodeId, cancellationToken));

    /// <summary>Loads what the gateway keeps in memory; see <see cref="SnapshotLoader.LoadAsync"/>.</summary>
    public Task<LoadedState> LoadAsync(
        int nodeId, PriceBook prices, DateOnly cyclesSince, ISnapshotSink sink, CancellationToken cancellationToken) =>
        RunAsync(_source, () => new SnapshotLoader(_source).LoadAsync(nodeId, prices, cyclesSince, sink, cancellationToken));

    /// <summary>What moves the journal here.</summary>
    public FlushWorker CreateFlusher(IJournalSource journal, JournalPosition position, UsageRecordDecoder decode) =>
        new(journal, _source, position, decode, _time);

    /// <summary>What books expired credit, under the fence that a position was taken with.</summary>
    public ExpiryStore CreateExpiryStore(JournalPosition position) => new(_gated, position, _time);

    /// <summary>What books renewals, under the fence that a position was taken with.</summary>
    public RenewalStore CreateRenewalStore(JournalPosition position) => new(_gated, position);

    /// <summary>The right to run what only one process on this database may.</summary>
    public BillingLock CreateBillingLock() => new(_source);

    /// <summary>What books grants, under the fence that a position was taken with.</summary>
    public GrantStore CreateGrantStore(JournalPosition position) => new(_gated, position, _time);

    /// <summary>What keeps payments, under the fence that a position was taken with.</summary>
    public PaymentStore CreatePaymentStore(JournalPosition position) => new(_gated, position, _time, new SubscriptionMoney());

    /// <summary>What keeps decisions of payments in review, under the fence that a position was taken with.</summary>
    public PaymentReviewStore CreatePaymentReviewStore(JournalPosition position) => new(_gated, position, new SubscriptionMoney());

    /// <summary>What keeps refunds, under the fence that a position was taken with.</summary>
    public RefundStore CreateRefundStore(JournalPosition position) => new(_gated, position);

    /// <summary>What keeps disputes, under the fence that a position was taken with.</summary>
    public DisputeStore CreateDisputeStore(JournalPosition position) => new(_gated, position);

    /// <summary>What keeps cards, under the fence that a position was taken with.</summary>
    public PaymentMethodStore CreatePaymentMethodStore(JournalPosition position) => new(_gated, position);

    /// <summary>What keeps checkout sessions, under the fence that a position was taken with.</summary>
    public CheckoutStore CreateCheckoutStore(JournalPosition position) => new(_gated, position);

    /// <summary>What looks at wallets, under the fence that a position was taken with.</summary>
    public WalletWatchStore CreateWalletWatchStore(JournalPosition position) => new(_gated, position);

    /// <summary>What books adjustments, under the fence that a position was taken with.</summary>
    public AdjustmentStore CreateAdjustmentStore(JournalPosition position) => new(_gated, position, _time);

    /// <summary>What webhooks are to be told of.</summary>
    public WebhookEventStore CreateWebhookOutbox(EventRenderer render) => new(_gated, render, _time);

    /// <summary>What fills an empty store with a merchant's past, before a server starts on it.</summary>
    public Task<Seeding.SeedStore> OpenSeedStoreAsync(Guid merchantId, CancellationToken cancellationToken) =>
        RunAsync(_source, () => Seeding.SeedStore.OpenAsync(_source, merchantId, cancellationToken));

    /// <summary>What keeps the counts of refused calls.</summary>
    public RefusalStore CreateRefusalStore() => new(_gated);

    /// <summary>Closes the connections, and stops a private server.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _stores.DisposeAsync();
        await _reading.DisposeAsync();
        await CloseAsync(_source, _cluster);
    }

    private static string Describe(PostgresState state) => state.Away is { } reason
        ? $"PostgreSQL is away ({reason}): calls go on, the journal keeps their records until it is back."
        : "PostgreSQL is back.";

    /// <summary>Runs a step of the start; failures say where, and whether waiting mends them.</summary>
    private static async Task<T> RunAsync<T>(NpgsqlDataSource source, Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception failure) when (Failures.MayPass(failure))
        {
            throw new StoreUnavailableException($"{Place(source)}: {Failures.Reason(failure)}", failure);
        }
        catch (NpgsqlException failure)
        {
            throw new DatabaseRefusedException(
                $"PostgreSQL at {Place(source)}: {Failures.Reason(failure)}. {Failures.Cure(failure)}", failure);
        }
    }

    private static string Place(NpgsqlDataSource source)
    {
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        return $"{settings.Host}:{settings.Port}, database {settings.Database ?? settings.Username}";
    }

    private static async ValueTask CloseAsync(NpgsqlDataSource? source, PrivateCluster? cluster)
    {
        if (source is not null)
        {
            await source.DisposeAsync();
        }

        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
