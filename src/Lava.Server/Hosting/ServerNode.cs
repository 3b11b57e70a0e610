using System.Runtime.ExceptionServices;
using Lava.Billing.Checkout;
using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Authentication;
using Lava.Gateway.Jobs;
using Lava.Gateway.Reporting;
using Lava.Gateway.Upstreams;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Api.CheckoutSessions;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Limits;
using Lava.Server.Api.Payments;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.Webhooks;
using Lava.Server.Configuration;
using Lava.Server.Web;
using Lava.Server.Web.Checkout;
using Lava.Server.Web.Dashboard;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>One running node: everything that lives behind its HTTP endpoints, made in order and taken down in the opposite one.</summary>
internal sealed partial class ServerNode : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _undo = new();
    private readonly CancellationTokenSource _stopFlushing = new();
    private Task _flushing = Task.CompletedTask;
    private Database _database = null!;
    private string _journalDirectory = "";

    /// <summary>The data plane.</summary>
    public GatewayPipeline Pipeline { get; private set; } = null!;

    /// <summary>Asynchronous jobs of providers whose end has not been seen.</summary>
    public JobIndex Jobs { get; } = new();

    /// <summary>Usage reports.</summary>
    public UsageReports Reports { get; private set; } = null!;

    /// <summary>What the management API works with.</summary>
    public ManagementDependencies Management { get; private set; } = null!;

    /// <summary>What the checkout's pages work with.</summary>
    public CheckoutWeb CheckoutWeb { get; private set; } = null!;

    /// <summary>What the dashboard's pages work with; null: it is switched off.</summary>
    public DashboardParts? Dashboard { get; private set; }

    /// <summary>The last part of the link that signs in to the dashboard once; null: somebody has signed in already.</summary>
    public string? SignInLink { get; private set; }

    /// <summary>What Stripe tells; null: it is not configured.</summary>
    public StripeWebhook? StripeWebhook { get; private set; }

    /// <summary>What of payments a person must look at.</summary>
    public PaymentState Payments { get; private set; } = null!;

    /// <summary>Counters of the data plane.</summary>
    public GatewayMetrics Metrics { get; } = new();

    /// <summary>The journal.</summary>
    public JournalWriter Journal { get; private set; } = null!;

    /// <summary>Moves the journal to the database.</summary>
    public FlushWorker Flusher { get; private set; } = null!;

    /// <summary>The first merchant's key, on the start that made it.</summary>
    public string? FirstKey { get; private set; }

    /// <summary>Size of the journal at which no new call is taken.</summary>
    public long JournalLimitBytes { get; private init; }

    /// <summary>Why the node takes no new call; null: it does.</summary>
    public string? Hindrance => Journal.AdmitsReserves
        ? null
        : Journal.SizeBytes >= JournalLimitBytes - SegmentBytes(JournalLimitBytes)
            ? "the journal has reached its limit: PostgreSQL must take its records first (or raise --journal-limit)"
            : "the journal takes no new call: its disk is full, fails or is silent, or too many calls are open";

    /// <summary>Calls that a dead process left open and this one ended.</summary>
    public int Interrupted { get; private set; }

    public static async Task<ServerNode> StartAsync(
        ServeOptions options, ServeParts parts, DataDirectory directory, FirstMerchant first, ILoggerFactory logging,
        CancellationToken cancellationToken)
    {
        var node = new ServerNode { JournalLimitBytes = options.JournalLimitBytes };
        try
        {
            await node.ComposeAsync(options, parts, directory, first, logging, cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Ends with the flusher; only a newer process of this node makes it end before it is told to, and then this one must stop.
    /// </summary>
    public Task FlusherEnded => _flushing;

    /// <summary>Flushes what is durable and closes everything. Callers have stopped calling.</summary>
    public async ValueTask DisposeAsync()
    {
        Exception? first = null;
        while (_undo.TryPop(out var undo))
        {
            try
            {
                await undo();
            }
            catch (Exception e)
            {
                // The rest must come down all the same: a private PostgreSQL would be left running.
                first ??= e;
            }
        }

        _stopFlushing.Dispose();
        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>Files of the journal.</summary>
    public int CountSegments() => Directory.EnumerateFiles(_journalDirectory, "*.journal").Count();

    private async Task ComposeAsync(
        ServeOptions options, ServeParts parts, DataDirectory directory, FirstMerchant first, ILoggerFactory logging,
        CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var legacySecrets = new LegacySecret(options.MasterKey!);
        var log = logging.CreateLogger<Database>();

        // What needs no database is made while that one answers.
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var memory = Task.Run(
            () => (Wallets: new WalletStore(options.WalletCapacity), Prices: parts.Prices.On(today)), CancellationToken.None);
        _undo.Push(async () => (await memory).Wallets.Dispose());
        var database = _database = await Database.OpenAsync(
            options.Postgres, directory.Path, happened => LogDatabase(log, happened), time, cancellationToken);
        _undo.Push(database.DisposeAsync);
        var merchants = database.FirstMerchants;
        await first.EnsureAsync(merchants, cancellationToken);
        await database.AddDefaultPlansAsync(cancellationToken);
        await merchants.SetBudgetAsync(options.MerchantBudget, cancellationToken);

        var (wallets, prices) = await memory;
        var positions = new MeterPositions();
        Directory.CreateDirectory(_journalDirectory = directory.Journal);
        var recovery = await Recovery.RunAsync(
            database, options.NodeId, directory.Journal, prices, wallets, positions, time, cancellationToken);
        await OpenJournalAsync(options, directory, recovery, positions, time);
        StartFlusher(directory, database, recovery);

        FirstKey = first.MadeKey(recovery.State.Accounts);
        var providerKeys = new ProviderKeyRing(new SecretCipher(options.MasterKey!));
        var accounts = new Snapshot<AccountSnapshot>(
            providerKeys.Load(recovery.State.Accounts, recovery.State.ProviderKeys, out var unreadable));
        foreach (var key in unreadable)
        {
            LogUnreadable(log, key.Provider, Ids.Format(IdPrefix.Merchant, test: false, key.MerchantId));
        }

        var pricing = new Snapshot<PricingSnapshot>(recovery.State.Pricing);
        var upstream = new UpstreamOptions { ConnectTimeout = options.ConnectTimeout };
        var refusals = RefusalCounts.Of(database.CreateRefusalStore(), time);
        var signals = new BillingSignals(refusals);
        var gateway = new GatewayParts
        {
            Signals = signals,
            Accounts = accounts,
            Pricing = pricing,
            Wallets = wallets,
            Journal = Journal,
            Positions = positions,
            Limits = recovery.Limits,
            Credentials = new CredentialResolver(legacySecrets.TryReadCustomer, legacySecrets.TryReadMeter),
            Targets = new TargetParser(parts.Catalog, parts.Overrides),
            ProviderKeys = parts.ProviderKeys,
            Upstream = new UpstreamConnector(parts.Overrides, upstream, time).CreateClient(),
            Options = options.Gateway,
            Metrics = Metrics,
            Jobs = Jobs,
            Time = time,
            Logger = logging.CreateLogger<GatewayPipeline>(),
        };
        Pipeline = Keep(new GatewayPipeline(gateway));
        _undo.Push(async () => await Pipeline.StopAsync());
        var stores = database.Stores;
        Reports = new UsageReports(gateway, new ReportLookup(stores.Requests, Flusher));
        foreach (var (record, sequence) in recovery.Reports)
        {
            Reports.Restore(record, sequence);
        }

        // The database's first, then what the journal's tail says of them.
        foreach (var record in recovery.State.Jobs.Concat(recovery.Jobs))
        {
            Jobs.Restore(record);
        }

        Pipeline.HoldOpenJobs();

        var stripe = options.Stripe is { } account ? Keep(new StripeParts(account, stores.ProviderEvents, time, logging)) : null;
        StripeWebhook = stripe?.Webhook;
        var customers = new CustomerChanges();
        var adjustments = new CreditAdjustments(database.CreateAdjustmentStore(recovery.Position), wallets);
        var providers = StripeParts.Providers(stripe);
        var payments = PaymentParts.Create(
            wallets, customers, PaymentStores.Of(database, recovery.Position), adjustments, providers, time,
            held => LogHeld(logging.CreateLogger<PaymentRound>(), held.Id, held.Review),
            stuck => LogStuck(logging.CreateLogger<PaymentRound>(), stuck.Id, stuck.PaymentId, stuck.FailureCode));
        _undo.Push(async () => await Task.WhenAll(payments.Cards.SettleAsync(), payments.Refunds.SettleAsync()));
        var billing = new BillingParts(database, recovery.Position, wallets, payments, options.HasTestClock, time);
        Management = new ManagementDependencies
        {
            Accounts = accounts,
            Pricing = pricing,
            Positions = positions,
            Limits = recovery.Limits,
            Wallets = wallets,
            Stores = stores,
            Grants = new CreditGrants(database.CreateGrantStore(recovery.Position), wallets),
            Adjustments = adjustments,
            Subscriptions = billing.Subscriptions,
            Payments = payments,
            LegacySecrets = legacySecrets,
            ProviderKeys = providerKeys,
            WebhookSecrets = new WebhookSecrets(new SecretCipher(options.MasterKey!)),
            WebhookTargets = new WebhookTargets(options.AllowPrivateWebhooks),
            Catalog = parts.Catalog,
            Prices = parts.Prices,
            ManagedKeys = parts.ProviderKeys,
            FlushPosition = new FlushPosition(Journal, Flusher, database),
            CallsPerMinute = options.ManagementCallsPerMinute,
            PublicUrl = options.PublicUrl,
            CheckoutGaps = new LiveCheckoutGaps(Cards: providers.Live is null, Codes: options.Twilio is null),
            Time = time,
        };
        if (options.HasDashboard)
        {
            Dashboard = DashboardParts.Create(Management, database, options.MasterKey!, () => Flusher.AppliedSequence + refusals.Rounds);
            SignInLink = !options.IsDemo && await database.HasSessionsAsync(cancellationToken) ? null : Dashboard.Link.Make();
        }

        customers.Publisher = new CustomerPublisher(Management);
        var checkout = ComposeCheckout(options, database.CreateCheckoutStore(recovery.Position), payments, billing.Credit, customers);
        CheckoutWeb = new CheckoutWeb(new Checkout(checkout), legacySecrets)
        {
            PublicUrl = options.PublicUrl,
            TestCardScript = options.Stripe is { IsLive: false } ? checkout.CardPage?.ScriptUrl : null,
            LiveCardScript = options.Stripe is { IsLive: true } ? checkout.CardPage?.ScriptUrl : null,
        };
        var round = new UpkeepRound(parts.Prices, time, logging.CreateLogger<UpkeepRound>())
        {
            Pricing = pricing,
            Positions = positions,
            Accounts = accounts,
            Grants = Management.Grants,
            Adjustments = Management.Adjustments,
            Expiry = billing.Expiry,
            ForgetCheckouts = checkout.Store.RemoveOldAsync,
            AskForJobs = new JobWatch(Jobs, Pipeline, time).Look,
            Flusher = Flusher,
            AddMonths = stores.Requests.AddMonthsAsync,
            ForgetLimits = stores.Limits.ForgetReachedAsync,
            ForgetSessions = Dashboard is { } pages ? pages.Sessions.RemoveOldAsync : _ => Task.CompletedTask,
            ForgetEvents = stores.ProviderEvents.RemoveHandledAsync,
            CountPayments = (Payments = new PaymentState(stores.ProviderEvents)).CountAsync,
        };
        var workers = new WorkerGroup(time, logging.CreateLogger<WorkerGroup>());
        _undo.Push(workers.DisposeAsync);
        var rounds = logging.CreateLogger<PeriodicWorker>();
        workers.Add(new PeriodicWorker(round.RunAsync, UpkeepRound.Interval, time, rounds, "Upkeep"));
        workers.Add(refusals.Start(rounds));
        if (Dashboard is not null)
        {
            workers.Add(StartOperations(Dashboard, options, parts, database, time, rounds));
        }

        workers.Add(StartWebhooks(database, logging.CreateLogger<WebhookWorker>(), time));
        var due = new PaymentRound(payments, signals, logging.CreateLogger<PaymentRound>())
        {
            TellOfLimit = new LimitReachedHandler(stores.Limits).HandleAsync,
        };
        var worker = billing.CreateWorker(customers, due, logging.CreateLogger<BillingWorker>());
        workers.Add(worker);
        await worker.StartAsync(cancellationToken);
        workers.Add(new PeriodicWorker(due.RunAsync, PaymentRound.Interval, time, rounds, "Payments"));
        if (stripe is not null)
        {
            workers.Add(stripe.StartRounds(payments.Acts, rounds));
        }
    }

    private CheckoutServices ComposeCheckout(
        ServeOptions options, CheckoutStore store, PaymentParts payments, SubscriptionCredit credit, CustomerChanges customers) => new()
        {
            Store = store,
            Codes = new PhoneCodes(
            new SandboxCodes(options.MasterKey!), options.Twilio is { } twilio ? Keep(new TwilioCodes(twilio)) : null),
            Providers = payments.Providers,
            CardPage = options.Stripe is { } stripe ? new CardPage(stripe.PublishableKey, stripe.ScriptUrl) : null,
            Payments = payments.Cards,
            Credit = credit,
            Wallets = Management.Wallets,
            Floors = payments.Floors,
            Customers = customers,
            Time = Management.Time,
        };

    private WebhookWorker StartWebhooks(Database database, ILogger logger, TimeProvider time)
    {
        var sender = new WebhookSender(Management.WebhookSecrets, Management.WebhookTargets, time);
        var outbox = database.CreateWebhookOutbox(new EventBody(Management.LegacySecrets, logger, time).Render);
        return new WebhookWorker(outbox, database.Stores.Deliveries, sender, time, logger);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Payment {Payment} is held: its provider's charge is not what was ordered ({Review}). Nothing was credited; look at it "
            + "there.")]
    private static partial void LogHeld(ILogger logger, Guid payment, string? review);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Refund {Refund} of a charge that came too late for payment {Payment} failed ({Code}). It is tried again for some days; "
            + "look at the charge at the provider.")]
    private static partial void LogStuck(ILogger logger, Guid refund, Guid payment, string? code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Happened}")]
    private static partial void LogDatabase(ILogger logger, string happened);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The key that merchant {Merchant} stored for {Provider} is encrypted under another master key: calls that need it are "
            + "refused until LAVA_MASTER_KEY is that one, or the key is stored again")]
    private static partial void LogUnreadable(ILogger logger, string provider, string merchant);

    private T Keep<T>(T disposable)
        where T : IDisposable
    {
        _undo.Push(() =>
        {
            disposable.Dispose();
            return ValueTask.CompletedTask;
        });
        return disposable;
    }
}
