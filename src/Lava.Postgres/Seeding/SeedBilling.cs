using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres.Seeding;

/// <summary>
/// Books what befalls single customers of a seeded past by the code that does so for live ones: declines and what follows from them, debt,
/// refunds, disputes, ends of cycles, expiry. The merchant's test clock stands where the past is. No wallet is live meanwhile, so whatever
/// a store says of one is all there is.
/// </summary>
public sealed class SeedBilling
{
    private readonly StoreSource _source;
    private readonly JournalPosition _position;
    private readonly Guid _merchantId;
    private readonly Func<DateTimeOffset, Guid> _newId;
    private readonly PastClock _clock = new();
    private readonly PaymentEnding _ending = new(new SubscriptionMoney(), new CheckoutMoney());
    private readonly PaymentStore _payments;
    private readonly RenewalStore _renewals;
    private readonly GrantStore _grants;
    private readonly ExpiryStore _expiries;
    private readonly SeedReturns _returns;

    internal SeedBilling(StoreSource source, JournalPosition position, Guid merchantId, Func<DateTimeOffset, Guid> newId)
    {
        (_source, _position, _merchantId, _newId) = (source, position, merchantId, newId);
        _payments = new PaymentStore(source, position, _clock, new SubscriptionMoney());
        _renewals = new RenewalStore(source, position);
        _grants = new GrantStore(source, position, _clock);
        _expiries = new ExpiryStore(source, position, _clock);
        _returns = new SeedReturns(source, position, _clock, NewId);
    }

    /// <summary>An id of the moment that the clock shows.</summary>
    public Guid NewId() => _newId(_clock.Now);

    /// <summary>Sets the clock by which all that follows is booked.</summary>
    public Task SetClockAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        _clock.Now = at;
        return RunAsync(
            "insert into test_clocks (merchant_id, at) values (@merchant, @at) on conflict (merchant_id) do update set at = excluded.at",
            command => command.Add("merchant", _merchantId).AddTime("at", at), cancellationToken);
    }

    /// <summary>
    /// The past is over: the clock is everybody's again. What was stamped by PostgreSQL's own gets its place in the past.
    /// </summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await RunAsync(
            "update payment_attempts set sent_at = started_at where sent_at > started_at", command => command, cancellationToken);
        await RunAsync(
            "delete from test_clocks where merchant_id = @merchant", command => command.Add("merchant", _merchantId), cancellationToken);
    }

    /// <summary>What a wallet has, and how far it may go.</summary>
    public async Task<(Money Posted, Money Floor)> ReadWalletAsync(long walletId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("select posted, coalesce(floor, 0) from wallets where wallet_id = @wallet").Add("wallet", walletId);
        var rows = await _source.QueryAsync(command, row => (new Money(row.GetInt64(0)), new Money(row.GetInt64(1))), cancellationToken);
        return rows[0];
    }

    /// <summary>Opens a payment and asks the card once.</summary>
    /// <param name="wish">The payment.</param>
    /// <param name="decline">What the bank says; null: it pays.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It can't be opened.</exception>
    public async Task<Payment> PayAsync(NewPayment wish, string? decline, CancellationToken cancellationToken)
    {
        var opening = await _payments.OpenAsync(NewId(), wish, cancellationToken);
        return opening is { Outcome: OpeningOutcome.Opened, Payment: { } payment }
            ? await TryAsync(payment, decline, cancellationToken)
            : throw new InvalidOperationException($"A payment of the past was not opened: {opening.Outcome}.");
    }

    /// <summary>Asks the card of a payment that waits, once its time has come.</summary>
    /// <exception cref="InvalidOperationException">It does not wait, or not until now.</exception>
    public async Task<Payment> TryAsync(Payment payment, string? decline, CancellationToken cancellationToken)
    {
        var attempt = await _payments.BeginAsync(payment.Id, cancellationToken)
            ?? throw new InvalidOperationException($"Payment {payment.Id} of the past was not attempted.");
        var name = $"seed_{payment.Id:N}_{attempt.Number}";
        await _payments.NoteReferenceAsync(attempt, name, isCharged: true, cancellationToken);
        if (decline is not null)
        {
            var refused = new ChargeResult(DeclineCodes.OutcomeOf(decline), decline, null, name);
            return (await _payments.FailAsync(attempt, refused, cancellationToken)).Payment;
        }

        var paid = new ChargeResult(ChargeOutcome.Succeeded, null, null, name);
        var success = await _source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, _position, cancellationToken);
                return await _ending.SucceedAsync(connection, attempt, paid, (NewId(), NewId(), NewId()), cancellationToken);
            },
            cancellationToken);
        return success!.Payment;
    }

    /// <summary>Ends a cycle that costs nothing or was declined, and begins the next.</summary>
    public Task RollAsync(RollOrder order, CancellationToken cancellationToken) => _renewals.RollAsync(order, NewId(), cancellationToken);

    /// <summary>Begins a plan that costs nothing.</summary>
    public Task StartAsync(StartOrder order, CancellationToken cancellationToken) =>
        _renewals.StartAsync(order, NewId(), cancellationToken);

    /// <summary>Notes what happens at a cycle's end.</summary>
    public Task SetPendingAsync(Guid subscriptionId, PendingChange pending, CancellationToken cancellationToken) =>
        new SubscriptionStore(_source).SetPendingAsync(subscriptionId, pending, cancellationToken);

    /// <summary>Gives credit.</summary>
    public Task GiveAsync(NewGrant grant, CancellationToken cancellationToken) => _grants.AddAsync(grant, cancellationToken);

    /// <summary>Takes what has expired of a wallet's credit.</summary>
    public Task ExpireAsync(long walletId, CancellationToken cancellationToken) => _expiries.ExpireAsync(
        NewId(), walletId, unspent => Money.Max(Money.Zero, Money.Min(unspent.Remaining, unspent.Posted)), cancellationToken);

    /// <summary>Gives money back, and takes its credit.</summary>
    /// <param name="payment">A payment that succeeded.</param>
    /// <param name="amount">How much; null: all.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task RefundAsync(Payment payment, Money? amount, string reason, CancellationToken cancellationToken) =>
        _returns.RefundAsync(payment, amount, reason, cancellationToken);

    /// <summary>A payment is disputed: its bank has the money for now.</summary>
    public Task DisputeAsync(Payment payment, CancellationToken cancellationToken) => _returns.DisputeAsync(payment, cancellationToken);

    private Task<int> RunAsync(string sql, Func<NpgsqlCommand, NpgsqlCommand> bind, CancellationToken cancellationToken) =>
        _source.RunAsync(
            async connection =>
            {
                await using var command = bind(new NpgsqlCommand(sql, connection));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    private sealed class PastClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
