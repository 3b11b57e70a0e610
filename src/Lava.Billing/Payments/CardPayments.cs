using Lava.Billing.Overage;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Payments;

/// <summary>
/// Charges cards. An attempt is five steps: the store knows of it, the provider names the charge, the store has the name, the provider is
/// asked for the money, the store books the answer; then the live wallet. Whatever fails or dies between two of them is taken up where it
/// stopped, by the charge's name: no new attempt is begun while the old one's result is not known.
/// </summary>
public sealed class CardPayments(
    IPaymentStore store, PaymentProviders providers, WalletStore wallets, LiveFloors floors, ICustomerChanges changes, TimeProvider time)
    : IRenewalPayments
{
    /// <summary>Payments of a round, of each mode.</summary>
    public const int PaymentsPerRound = 100;

    /// <summary>So often whoever else is at a payment is waited for.</summary>
    public const int TurnsMax = 5;

    /// <summary>An attempt without a result is taken up after so long: longer than a provider takes to answer.</summary>
    public static readonly TimeSpan InDoubtAfter = TimeSpan.FromMinutes(2);

    /// <summary>A person has so long to answer the bank.</summary>
    public static readonly TimeSpan ActionTime = TimeSpan.FromMinutes(30);

    private static readonly bool[] Modes = [true, false];
    private readonly AttemptSteps _steps = new(store, providers);
    private AttemptRuns? _runs;
    private ProviderTurns? _turns;

    private static readonly ChargeResult NotKnown = new(ChargeOutcome.Unknown, null, null, null);

    private readonly long _began = time.GetTimestamp();

    /// <summary>What is charged at least.</summary>
    public ChargeLeast Least => providers.Least;

    /// <summary>How long a round waits for a provider at one payment.</summary>
    public TimeSpan Turn { get; init; } = ProviderTurns.Default;

    private TimeSpan Running => time.GetElapsedTime(_began);

    private ProviderTurns Turns => LazyInitializer.EnsureInitialized(ref _turns, () => new ProviderTurns(Turn, time));

    private AttemptRuns Runs => LazyInitializer.EnsureInitialized(
        ref _runs, () => new AttemptRuns(store, wallets, floors, changes) { Disputed = Disputed, Held = Held });

    /// <summary>Hears of a dispute that came with a charge.</summary>
    public Func<string, Task> Disputed { get; init; } = _ => Task.CompletedTask;

    /// <summary>Hears of a payment that a person must look at.</summary>
    public Action<Payment> Held { get; init; } = _ => { };

    /// <inheritdoc/>
    public async Task<PaymentAnswer> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        var (opening, attempted) = await OpenAsync(payment, cancellationToken);
        return AnswerOf(payment, opening, attempted);
    }

    /// <inheritdoc/>
    public async Task<PaymentAnswer> OpenAndAttemptInTurnAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        var opening = await OpenOnlyAsync(payment, cancellationToken);
        var attempted = opening.Payment;
        if (opening.Outcome is OpeningOutcome.Opened or OpeningOutcome.Repeated)
        {
            attempted = await AttemptInTurnAsync(opening.Payment!, cancellationToken);
        }

        return attempted is null && opening.Payment is { } begun
            ? new PaymentAnswer(PaymentStatus.Attempting, begun.Terms)
            : AnswerOf(payment, opening, attempted);
    }

    /// <summary>Opens a payment and attempts it, if it was opened now. The second is the payment as it is afterwards.</summary>
    public async Task<(PaymentOpening Opening, Payment? Payment)> OpenAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        var opening = await OpenOnlyAsync(payment, cancellationToken);
        return opening.Outcome is OpeningOutcome.Opened or OpeningOutcome.Repeated
            ? (opening, await AttemptAsync(opening.Payment!, cancellationToken))
            : (opening, opening.Payment);
    }

    /// <summary>
    /// Attempts a payment that is due; otherwise it stays as it is. Whoever else attempts it, its worker maybe, is waited for: the payment
    /// as it is afterwards. The store's exceptions leave it in doubt.
    /// </summary>
    public Task<Payment> AttemptAsync(Payment payment, CancellationToken cancellationToken) =>
        AttemptAsync(payment, () => store.BeginAsync(payment.Id, cancellationToken), cancellationToken);

    /// <summary>
    /// Attempts a payment before its time, because a person asks for it. One that this process is at already is waited for: a new card
    /// makes it due at once, and whoever added that card must not be told to ask again.
    /// </summary>
    /// <returns>The payment as it is afterwards; still being attempted: another process is at it, or a bank asks its customer.</returns>
    public async Task<Payment> RetryAsync(Payment payment, CancellationToken cancellationToken)
    {
        if (payment.Status != PaymentStatus.Waiting)
        {
            return await LearnAsync(payment, null, cancellationToken);
        }

        await store.HastenAsync(payment.Id, cancellationToken);
        return await AttemptAsync(payment, cancellationToken);
    }

    /// <summary>
    /// Attempts a renewal that a person pays on a page before its time, with the card that was chosen there: the bank may ask that
    /// person.
    /// </summary>
    public Task<Payment> AttendAsync(Payment payment, Guid cardId, CancellationToken cancellationToken) =>
        AttemptAsync(payment, () => store.AttendAsync(payment, cardId, cancellationToken), cancellationToken);

    private async Task<Payment> AttemptAsync(
        Payment payment, Func<Task<PaymentAttempt?>> begin, CancellationToken cancellationToken)
    {
        if (payment.Status != PaymentStatus.Waiting)
        {
            return payment;
        }

        return await LearnAsync(payment, await Runs.RunAsync(payment.Id, _ => begin(), _steps.AskAsync), cancellationToken);
    }

    // Somebody else is at it, or was: what came of that.
    private async Task<Payment> LearnAsync(Payment payment, Payment? attempted, CancellationToken cancellationToken)
    {
        if (attempted is null && Runs.Find(payment.Id) is { } other)
        {
            attempted = await other.WaitAsync(cancellationToken);
        }

        return attempted ?? await store.FindAsync(payment.Terms.MerchantId, payment.Id, cancellationToken) ?? payment;
    }

    /// <summary>The same for whoever can't wait for a silent provider; null: it goes on by itself, or was not begun.</summary>
    public Task<Payment?> AttemptInTurnAsync(Payment payment, CancellationToken cancellationToken) =>
        payment.Status == PaymentStatus.Waiting
            ? Turns.RunAsync<Payment?>(payment.IsTest, async () => await AttemptAsync(payment, cancellationToken))
            : Task.FromResult<Payment?>(payment);

    /// <summary>Waits a moment for attempts that go on by themselves.</summary>
    public Task SettleAsync() => Turns.SettleAsync();

    /// <summary>Goes on with an attempt whose question of the bank the customer has answered.</summary>
    public async Task<Payment> AnswerAsync(Payment payment, bool isDone)
    {
        var answered = await Runs.RunAsync(
            payment.Id, id => store.AnswerActionAsync(id, isDone, CancellationToken.None), attempt => _steps.RecoverAsync(attempt, false));
        return await LearnAsync(payment, answered, CancellationToken.None);
    }

    /// <summary>What lets a page put the bank's question about a payment; null: no question is open, or the sandbox put it.</summary>
    public async Task<string?> FindClientSecretAsync(Guid paymentId, CancellationToken cancellationToken) =>
        await store.FindOpenAttemptAsync(paymentId, cancellationToken) is { Action: not null } attempt
            ? (await _steps.ReadAsync(attempt)).ClientSecret
            : null;

    /// <summary>
    /// Looks what became of a payment's attempt that has no result yet, and books it. While whoever began it may still be at it, nothing is
    /// asked for and nothing ended: until it is <see cref="InDoubtAfter"/> old, unless it is older than this process. Null: there is no
    /// such attempt.
    /// </summary>
    public async Task<Payment?> ResumeAsync(Guid paymentId, CancellationToken cancellationToken)
    {
        var resumed = await TakeUpAsync(paymentId, cancellationToken);
        return resumed is null && Runs.Find(paymentId) is { } other ? await other.WaitAsync(cancellationToken) : resumed;
    }

    /// <summary>
    /// The same by the provider's name of a charge, also one of an attempt that is over: what it took is booked or goes back.
    /// </summary>
    /// <returns>False: no attempt has a charge of this name.</returns>
    /// <exception cref="ProviderUnavailableException">It is not known what it took, or others were at its payment.</exception>
    public async Task<bool> ResumeChargeAsync(string reference, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < TurnsMax; turn++)
        {
            if (await store.FindAttemptAsync(reference, cancellationToken) is not { } attempt)
            {
                return false;
            }

            var id = attempt.Payment.Id;
            var isDone = IsOpen(attempt)
                ? await ResumeAsync(id, cancellationToken) is not null
                : attempt.Payment.ProviderReference == reference || await LookAtOverAsync(id, reference);
            if (isDone)
            {
                return true;
            }

            if (Runs.Find(id) is { } other)
            {
                await other.WaitAsync(cancellationToken);
            }
        }

        throw new ProviderUnavailableException("payment_busy");
    }

    /// <summary>Books what a payment in review has really taken; one in another state stays as it is.</summary>
    public Task AcceptAsync(PaymentAttempt attempt, Money received)
    {
        var result = new ChargeResult(ChargeOutcome.Succeeded, null, null, attempt.ProviderReference) { Received = received };
        return Runs.RunAsync(
            attempt.Payment.Id, _ => Task.FromResult<PaymentAttempt?>(attempt), _ => Task.FromResult(result));
    }

    /// <summary>Ends the charge of a payment in review: it must take nothing any more.</summary>
    public Task EndChargeAsync(PaymentAttempt attempt) => _steps.EndAsync(attempt);

    /// <summary>
    /// Attempts what is due and takes up what was left without a result. One that fails does not hold up the others: the first failure is
    /// thrown when all had their turn.
    /// </summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var turns = new FirstFailure();
        await turns.TryAsync(() => Runs.ResolveDoubtsAsync(cancellationToken));
        await turns.TryAsync(Turns.ThrowFailureAsync);

        foreach (var isTest in Modes)
        {
            await turns.TryAsync(() => RunDueAsync(isTest, turns, cancellationToken));
        }

        turns.ThrowIfAny();
    }

    private async Task RunDueAsync(bool isTest, FirstFailure turns, CancellationToken cancellationToken)
    {
        if (Turns.IsSilent(isTest))
        {
            return;
        }

        var due = await store.FindDueAsync(isTest, Running, PaymentsPerRound, cancellationToken);
        foreach (var (id, isInDoubt) in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await turns.TryAsync(() => Turns.RunAsync(isTest, () => isInDoubt
                ? TakeUpAsync(id, cancellationToken)
                : Runs.RunAsync(id, open => store.BeginAsync(open, cancellationToken), _steps.AskAsync)));
        }
    }

    // What is older than this process was left by a dead one: nobody is between two of its steps.
    private Task<Payment?> TakeUpAsync(Guid paymentId, CancellationToken cancellationToken)
    {
        var running = Running;
        return Runs.RunAsync(
            paymentId,
            id => store.FindOpenAttemptAsync(id, cancellationToken),
            attempt => _steps.RecoverAsync(attempt, mayAct: attempt.Age >= InDoubtAfter || attempt.Age >= running));
    }

    private Task<PaymentOpening> OpenOnlyAsync(NewPayment payment, CancellationToken cancellationToken) =>
        store.OpenAsync(Ids.New(time), payment with { Least = providers.Least }, cancellationToken);

    private static PaymentAnswer AnswerOf(NewPayment payment, PaymentOpening opening, Payment? attempted) =>
        opening.Outcome switch
        {
            // Nobody but a person can say what became of it: it stays unknown.
            OpeningOutcome.Opened or OpeningOutcome.Repeated when attempted!.Status == PaymentStatus.Review =>
                new PaymentAnswer(PaymentStatus.Attempting, attempted.Terms),
            OpeningOutcome.Opened or OpeningOutcome.Repeated => new PaymentAnswer(attempted!.Status, attempted.Terms),
            OpeningOutcome.AlreadyOpen when opening.Payment is null && payment.Kind == PaymentKind.Overage =>
                new PaymentAnswer(PaymentStatus.Superseded),

            // A cycle that ends while another charge runs was not declined: it is asked for again.
            OpeningOutcome.AlreadyOpen when payment.Kind is PaymentKind.Renewal or PaymentKind.Overage =>
                new PaymentAnswer(PaymentStatus.Attempting),
            OpeningOutcome.AlreadyOpen => new PaymentAnswer(PaymentStatus.Waiting),
            OpeningOutcome.TooSmall => new PaymentAnswer(PaymentStatus.Superseded, IsTooSmall: true),
            var outcome => new PaymentAnswer(PaymentStatus.Failed, LacksMethod: outcome == OpeningOutcome.NoMethod),
        };

    private static bool IsOpen(PaymentAttempt attempt) =>
        attempt.Payment.Status == PaymentStatus.Attempting && attempt.Number == attempt.Payment.Attempts;

    // What an attempt that is over took. False: somebody else is at its payment, or has just changed it.
    private async Task<bool> LookAtOverAsync(Guid paymentId, string reference)
    {
        var hasLooked = false;
        await Runs.RunAsync(
            paymentId,

            // Read again: nobody else changes it from here.
            async _ => await store.FindAttemptAsync(reference, CancellationToken.None) is { } now && !IsOpen(now)
                && now.Payment.ProviderReference != reference ? now : null,
            async over =>
            {
                var read = await _steps.ReadAsync(over);
                hasLooked = true;
                return read.Outcome switch
                {
                    ChargeOutcome.Succeeded => read,
                    ChargeOutcome.Unknown => throw new ProviderUnavailableException(read.DeclineCode ?? "charge_unknown"),
                    _ => NotKnown,
                };
            });
        return hasLooked;
    }
}
