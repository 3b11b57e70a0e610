using System.Collections.Concurrent;
using System.Diagnostics;
using Lava.Billing.Overage;
using Lava.Core;
using Lava.Wallets;

namespace Lava.Billing.Payments;

/// <summary>
/// The attempts that this process runs, one of a payment at a time, and the booking of what came of them: the store first, then the live
/// wallet. A booking whose answer was lost stays in doubt until the store can tell.
/// </summary>
internal sealed class AttemptRuns(IPaymentStore store, WalletStore wallets, LiveFloors floors, ICustomerChanges changes)
{
    // The attempts of this process that are running or whose booking is in doubt: nobody else may touch those.
    private readonly ConcurrentDictionary<Guid, Task<Payment?>> _running = new();

    // As many as there were attempts when the store went away.
    private readonly ConcurrentDictionary<Guid, byte> _inDoubt = new();

    /// <summary>Hears of a dispute that came with a charge.</summary>
    public required Func<string, Task> Disputed { get; init; }

    /// <summary>Hears of a payment that a person must look at.</summary>
    public required Action<Payment> Held { get; init; }

    /// <summary>The attempt of a payment that is running; null: none is.</summary>
    public Task<Payment?>? Find(Guid paymentId) => _running.GetValueOrDefault(paymentId);

    /// <summary>Asks the store about every booking in doubt, and gives the live wallets what was booked; each has its turn.</summary>
    public async Task ResolveDoubtsAsync(CancellationToken cancellationToken)
    {
        var turns = new FirstFailure();
        foreach (var (id, _) in _inDoubt)
        {
            await turns.TryAsync(() => ResolveAsync(id, cancellationToken));
        }

        turns.ThrowIfAny();
    }

    /// <summary>
    /// Begins an attempt, asks, and books the answer. Null: another attempt of the payment is running, or none was to be begun.
    /// </summary>
    public async Task<Payment?> RunAsync(
        Guid id, Func<Guid, Task<PaymentAttempt?>> begin, Func<PaymentAttempt, Task<ChargeResult>> ask)
    {
        var ended = new TaskCompletionSource<Payment?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_running.TryAdd(id, ended.Task))
        {
            return null;
        }

        Payment? payment = null;
        try
        {
            // From here the caller can't cancel: a charge must not end between the provider and the books.
            return payment = await begin(id) is { } attempt ? await BookAsync(attempt, await ask(attempt)) : null;
        }
        finally
        {
            if (!_inDoubt.ContainsKey(id))
            {
                _running.TryRemove(id, out _);
            }

            ended.SetResult(payment);
        }
    }

    private async Task ResolveAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!_inDoubt.TryRemove(id, out _))
        {
            return;
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

    private async Task<Payment> BookAsync(PaymentAttempt attempt, ChargeResult result)
    {
        switch (result.Outcome)
        {
            case ChargeOutcome.Unknown when result.DeclineCode == ChargeResult.Mismatch:
                var held = await store.HoldAsync(attempt, result.Message ?? ChargeResult.Mismatch, CancellationToken.None);
                Held(held);
                return held;

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
                    // What was booked before gives the live wallet nothing again.
                    if (attempt.Payment.Status != PaymentStatus.Succeeded)
                    {
                        _inDoubt.TryAdd(attempt.Payment.Id, 0);
                    }

                    throw;
                }

                await ShowAsync(success);
                if (success.IsFirst && result.DisputeReference is { } dispute)
                {
                    await Disputed(dispute);
                }

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
}
