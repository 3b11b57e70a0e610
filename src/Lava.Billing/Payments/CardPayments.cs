using System.Collections.Concurrent;
using System.Diagnostics;
using Lava.Billing.Overage;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Payments;

/// <summary>
/// Charges cards. An attempt is three steps: the store knows of it, the provider is asked under the attempt's own key, the store books the
/// answer; then the live wallet. Whatever fails or dies between two of them is taken up where it stopped: the same attempt under the same
/// key, never a new one while the old one's result is not known.
/// </summary>
public sealed class CardPayments(
    IPaymentStore store, IPaymentProvider provider, WalletStore wallets, LiveFloors floors, ICustomerChanges changes, TimeProvider time)
    : IRenewalPayments
{
    /// <summary>Payments of a round.</summary>
    public const int PaymentsPerRound = 100;

    /// <summary>An attempt without a result is asked for again after so long: longer than a provider takes to answer.</summary>
    public static readonly TimeSpan InDoubtAfter = TimeSpan.FromMinutes(5);

    // The attempts of this process that are running or whose booking is in doubt: nobody else may touch those.
    private readonly ConcurrentDictionary<Guid, byte> _running = new();

    // As many as there were attempts when the store went away.
    private readonly ConcurrentDictionary<Guid, byte> _inDoubt = new();
    private bool _hasLooked;

    /// <inheritdoc/>
    public async Task<PaymentStatus> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        var (opening, attempted) = await OpenAsync(payment, cancellationToken);
        return opening.Outcome switch
        {
            OpeningOutcome.Opened or OpeningOutcome.Repeated => attempted!.Status,

            // A cycle that ends while another charge runs was not declined: it is asked for again.
            OpeningOutcome.AlreadyOpen when payment.Kind == PaymentKind.Renewal => PaymentStatus.Attempting,
            OpeningOutcome.AlreadyOpen => PaymentStatus.Waiting,
            _ => PaymentStatus.Failed,
        };
    }

    /// <summary>Opens a payment and attempts it, if it was opened now. The second is the payment as it is afterwards.</summary>
    public async Task<(PaymentOpening Opening, Payment? Payment)> OpenAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        var opening = await store.OpenAsync(Ids.New(time), payment, cancellationToken);
        return opening.Outcome is OpeningOutcome.Opened or OpeningOutcome.Repeated
            ? (opening, await AttemptAsync(opening.Payment!, cancellationToken))
            : (opening, opening.Payment);
    }

    /// <summary>Attempts a payment that is due; otherwise it stays as it is. The store's exceptions leave it in doubt.</summary>
    public async Task<Payment> AttemptAsync(Payment payment, CancellationToken cancellationToken) =>
        payment.Status == PaymentStatus.Waiting
            ? await RunAsync(payment.Id, id => store.BeginAsync(id, cancellationToken), AskAsync) ?? payment
            : payment;

    /// <summary>Goes on with an attempt whose question of the bank the customer has answered.</summary>
    public async Task<Payment> AnswerAsync(Payment payment, bool isDone) =>
        await RunAsync(payment.Id, id => store.AnswerActionAsync(id, isDone, CancellationToken.None), AskAgainAsync) ?? payment;

    /// <summary>Attempts what is due and takes up what was left without a result. Ends with the store's first failure.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await ResolveDoubtsAsync(cancellationToken);

        // What the process before this one left needs no patience.
        var due = await store.FindDueAsync(_hasLooked ? InDoubtAfter : TimeSpan.Zero, PaymentsPerRound, cancellationToken);
        _hasLooked = true;
        foreach (var (id, isInDoubt) in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (isInDoubt
                ? RunAsync(id, open => store.FindOpenAttemptAsync(open, cancellationToken), AskAgainAsync)
                : RunAsync(id, open => store.BeginAsync(open, cancellationToken), AskAsync));
        }
    }

    /// <summary>Asks the store about every booking in doubt, and gives the live wallets what was booked.</summary>
    public async Task ResolveDoubtsAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, _) in _inDoubt)
        {
            if (!_inDoubt.TryRemove(id, out _))
            {
                continue;
            }

            PaymentSuccess? success;
            try
            {
                success = await store.FindSuccessAsync(id, cancellationToken);
            }
            catch
            {
                _inDoubt.TryAdd(id, 0);
                throw;
            }

            _running.TryRemove(id, out _);
            if (success is not null)
            {
                await ShowAsync(success with { IsFirst = true });
            }
        }
    }

    private async Task<Payment?> RunAsync(
        Guid id, Func<Guid, Task<PaymentAttempt?>> begin, Func<PaymentAttempt, Task<ChargeResult>> ask)
    {
        if (!_running.TryAdd(id, 0))
        {
            return null;
        }

        try
        {
            // From here the caller can't cancel: a charge must not end between the provider and the books.
            return await begin(id) is { } attempt ? await BookAsync(attempt, await ask(attempt)) : null;
        }
        finally
        {
            if (!_inDoubt.ContainsKey(id))
            {
                _running.TryRemove(id, out _);
            }
        }
    }

    private async Task<ChargeResult> AskAsync(PaymentAttempt attempt)
    {
        if (attempt.MethodReference is null)
        {
            return new ChargeResult(
                DeclineCodes.OutcomeOf(DeclineCodes.NoMethod), DeclineCodes.NoMethod, "There is no card that can be charged", null);
        }

        try
        {
            return await provider.ChargeAsync(Order(attempt), CancellationToken.None);
        }
        catch (Exception failure)
        {
            return new ChargeResult(ChargeOutcome.Unknown, null, failure.Message, null);
        }
    }

    private async Task<ChargeResult> AskAgainAsync(PaymentAttempt attempt)
    {
        if (attempt.MethodReference is null)
        {
            return await AskAsync(attempt);
        }

        try
        {
            // One that the provider never heard of died on its way there: it is sent again as it was.
            return await provider.FindAsync(Order(attempt), CancellationToken.None) ?? await AskAsync(attempt);
        }
        catch (Exception failure)
        {
            return new ChargeResult(ChargeOutcome.Unknown, null, failure.Message, null);
        }
    }

    private async Task<Payment> BookAsync(PaymentAttempt attempt, ChargeResult result)
    {
        switch (result.Outcome)
        {
            case ChargeOutcome.Unknown:
                return attempt.Payment;

            case ChargeOutcome.ActionRequired when attempt.Payment.Terms.IsAttended:
                await store.NoteActionAsync(attempt, CancellationToken.None);
                return attempt.Payment;

            case ChargeOutcome.Succeeded:
                PaymentSuccess success;
                try
                {
                    success = await store.SucceedAsync(attempt, result, CancellationToken.None);
                }
                catch
                {
                    _inDoubt.TryAdd(attempt.Payment.Id, 0);
                    throw;
                }

                await ShowAsync(success);
                return success.Payment;

            default:
                var failure = await store.FailAsync(attempt, result, CancellationToken.None);
                floors.Set(failure.Floor);
                await changes.RefreshAsync(failure.Payment.Terms.MerchantId, failure.Payment.Terms.CustomerId);
                return failure.Payment;
        }
    }

    // The floor first: between the two less is available, never more.
    private async Task ShowAsync(PaymentSuccess success)
    {
        floors.Set(success.Floor);
        if (success.IsFirst && success.Credited > Money.Zero
            && wallets.Credit(success.Floor.WalletId, success.Credited, out _) != WalletOutcome.Done)
        {
            throw new UnreachableException($"Wallet {success.Floor.WalletId} of a payment is not open.");
        }

        await changes.RefreshAsync(success.Payment.Terms.MerchantId, success.Payment.Terms.CustomerId);
    }

    private static ChargeOrder Order(PaymentAttempt attempt) => new(
        attempt.Payment.Id, attempt.Number, attempt.Payment.Amount, attempt.MethodReference!, attempt.Payment.Terms.MerchantId,
        attempt.IsTest, Description(attempt.Payment.Terms.Kind))
    {
        IsAttended = attempt.Payment.Terms.IsAttended,
        Action = attempt.Action,
    };

    private static string Description(PaymentKind kind) => kind switch
    {
        PaymentKind.Overage => "Usage beyond the included credit",
        PaymentKind.Bundle or PaymentKind.TopUp => "Credit",
        _ => "Subscription",
    };
}
