using Lava.Billing.Credits;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Hosting;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Lava.Wallets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lava.Tests.Server.Hosting;

public sealed class UpkeepTests : IAsyncLifetime
{
    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly Guid Anyone = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Customer Yearly = new()
    {
        Id = Guid.Parse("00000000-0000-0000-0000-000000000002"),
        MerchantId = Anyone,
        WalletId = 2,
        CycleStart = new DateOnly(2026, 4, 20),
    };

    private readonly SetTime _time = new(new DateTimeOffset(2027, 3, 15, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordingLogger _log = new();
    private readonly WalletStore _wallets = new(10);
    private readonly MeterPositions _positions = new();
    private readonly FailingStore _store = new();
    private NpgsqlDataSource _nowhere = null!;
    private FlushWorker _flusher = null!;
    private CreditGrants _grants = null!;
    private UpkeepRound _round = null!;
    private readonly List<DateTimeOffset> _forgotten = [];
    private DateTimeOffset _monthsAddedAt;

    public Task InitializeAsync()
    {
        _nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var journal = new MemoryJournal();
        _flusher = new FlushWorker(journal, _nowhere, default, journal.Decode, _time);
        _grants = new CreditGrants(_store, _wallets);
        _round = new UpkeepRound(PriceCatalog.Shipped(), _time, _log)
        {
            Pricing = new Snapshot<PricingSnapshot>(PricingSnapshot.Create(PriceBook.Empty, [])),
            Positions = _positions,
            Accounts = new Snapshot<AccountSnapshot>(AccountSnapshot.Create([], [Yearly])),
            Grants = _grants,
            Adjustments = new CreditAdjustments(_store, _wallets),
            Expiry = new CreditExpiry(_store, _wallets, _time),
            AskForJobs = () => { },
            Flusher = _flusher,
            AddMonths = (now, _) =>
            {
                _monthsAddedAt = now;
                return Task.CompletedTask;
            },
            ForgetLimits = (now, _) =>
            {
                _forgotten.Add(now);
                return Task.CompletedTask;
            },
        };
        return Task.CompletedTask;
    }

    [Fact]
    public async Task ToldLimits_AreForgottenOnceAnHour()
    {
        for (var minute = 0; minute < 90; minute++)
        {
            await _round.RunAsync(CancellationToken.None);
            _time.Now = _time.Now.AddMinutes(1);
        }

        Assert.Equal(TimeSpan.FromHours(1), _forgotten[1] - _forgotten[0]);
        Assert.Equal(2, _forgotten.Count);
    }

    public async Task DisposeAsync()
    {
        await _flusher.DisposeAsync();
        await _nowhere.DisposeAsync();
        _wallets.Dispose();
        _store.Rounds.Dispose();
    }

    [Fact]
    public async Task Round_StepFails_IsLoggedAndTheOthersRun()
    {
        _store.GrantsFail = new InvalidOperationException("broken");
        _store.AdjustmentsFail = new StoreUnavailableException("away");
        _store.ExpiryFails = new StoreUnavailableException("away");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _grants.GiveAsync(Grant(), CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _round.Adjustments.AdjustAsync(Adjustment(), CancellationToken.None));
        _positions.Set(Anyone, Anyone, new DateOnly(2027, 1, 1), 5);

        await _round.RunAsync(CancellationToken.None);

        Assert.Equal([LogLevel.Error, LogLevel.Warning, LogLevel.Warning], _log.Levels);
        Assert.Contains("grants in doubt", _log.Entries[0].Message, StringComparison.Ordinal);
        Assert.Contains("adjustments in doubt", _log.Entries[1].Message, StringComparison.Ordinal);
        Assert.Contains("credit expiry", _log.Entries[2].Message, StringComparison.Ordinal);
        Assert.Equal(0, _positions.Count);
    }

    [Fact]
    public async Task Round_OldPositions_AreDroppedButForThePreviousCycle()
    {
        for (var month = 1; month <= 3; month++)
        {
            _positions.Set(Anyone, Anyone, new DateOnly(2027, month, 1), month);
        }

        _positions.Set(Yearly.Id, Anyone, new DateOnly(2026, 4, 20), 11);
        _positions.Set(Yearly.Id, Anyone, new DateOnly(2025, 4, 20), 12);

        await _round.RunAsync(CancellationToken.None);

        Assert.Equal(11, _positions.Current(Yearly.Id, Anyone, new DateOnly(2026, 4, 20)));
        Assert.Equal(0, _positions.Current(Yearly.Id, Anyone, new DateOnly(2025, 4, 20)));
        Assert.Equal(0, _positions.Current(Anyone, Anyone, new DateOnly(2027, 1, 1)));
        Assert.Equal(2, _positions.Current(Anyone, Anyone, new DateOnly(2027, 2, 1)));
        Assert.Equal(3, _positions.Current(Anyone, Anyone, new DateOnly(2027, 3, 1)));
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Round_AnyTime_MakesRoomForTheMonthsAhead()
    {
        await _round.RunAsync(CancellationToken.None);

        Assert.Equal(_time.GetUtcNow(), _monthsAddedAt);
    }

    [Fact]
    public async Task Round_StepIsCancelledByItself_IsAFailureAsOthers()
    {
        _store.ExpiryFails = new OperationCanceledException();

        await _round.RunAsync(CancellationToken.None);

        Assert.Equal([LogLevel.Error], _log.Levels);
    }

    [Fact]
    public async Task Periodic_RoundFails_IsLoggedAndTheNextOneRuns()
    {
        // A cancellation that is not the worker's own must not end it either.
        Exception?[] failures = [new InvalidOperationException("broken"), new OperationCanceledException(), null];
        using var rounds = new SemaphoreSlim(0);
        var count = 0;
        await using (new PeriodicWorker(RunAsync, UpkeepRound.Interval, _time, _log, "Rounds"))
        {
            foreach (var _ in failures)
            {
                _time.Fire();
                Assert.True(await rounds.WaitAsync(Limit));
            }
        }

        Assert.Equal(failures.Length, count);
        Assert.Equal(["Rounds: a round failed; the next one runs in its time.", "Rounds: a round failed; the next one runs in its time."],
            _log.Entries.Select(entry => entry.Message));

        Task RunAsync(CancellationToken cancellationToken)
        {
            var failure = failures[count++];
            rounds.Release();
            return failure is null ? Task.CompletedTask : Task.FromException(failure);
        }
    }

    [Fact]
    public async Task Periodic_Disposed_CancelsTheRoundThatRuns()
    {
        var begun = new TaskCompletionSource();
        var worker = new PeriodicWorker(RunAsync, UpkeepRound.Interval, _time, _log, "Rounds");
        _time.Fire();
        await begun.Task.WaitAsync(Limit);

        await worker.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Empty(_log.Entries);

        Task RunAsync(CancellationToken cancellationToken)
        {
            begun.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    private static NewGrant Grant() => new()
    {
        Id = Anyone,
        MerchantId = Anyone,
        CustomerId = Anyone,
        WalletId = 1,
        Amount = new Money(1),
        Fingerprint = Anyone,
    };

    private static NewAdjustment Adjustment() => new()
    {
        Id = Anyone,
        MerchantId = Anyone,
        CustomerId = Anyone,
        WalletId = 1,
        Kind = AdjustmentKind.Correction,
        Amount = new Money(1),
        Reason = "because",
        Fingerprint = Anyone,
    };

    private sealed class FailingStore : IExpiryStore, IGrantStore, IAdjustmentStore
    {
        public SemaphoreSlim Rounds { get; } = new(0);

        public Exception? ExpiryFails { get; set; }

        public Exception? GrantsFail { get; set; }

        public Exception? AdjustmentsFail { get; set; }

        public Task<List<long>> FindAsync(long after, int limit, CancellationToken cancellationToken)
        {
            Rounds.Release();
            return ExpiryFails is null ? Task.FromResult(new List<long>()) : throw ExpiryFails;
        }

        public Task ExpireAsync(Guid expiryId, long walletId, Func<UnspentCredit, Money> take, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> IsCommittedAsync(Guid expiryId, long walletId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken) => throw GrantsFail!;

        public Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken) => throw GrantsFail!;

        public Task<AdjustmentResult> BookAsync(
            NewAdjustment adjustment, Func<UnspentCredit, bool> take, CancellationToken cancellationToken) => throw AdjustmentsFail!;

        public Task<Money> FindBookedAsync(NewAdjustment adjustment, CancellationToken cancellationToken) => throw AdjustmentsFail!;

        Task<List<Grant>> IGrantStore.ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        Task<List<Adjustment>> IAdjustmentStore.ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
