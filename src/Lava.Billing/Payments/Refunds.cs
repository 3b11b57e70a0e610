using System.Collections.Concurrent;
using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// Gives money back. A refund is fixed in the store first, then the credit of its payment is taken, then the provider is asked; where the
/// money stays the credit comes back. Each step may be done again, so whatever dies in between is taken up by the rounds.
/// </summary>
public sealed class Refunds(IRefundStore store, PaymentProviders providers, CreditTaking credit, TimeProvider time)
{
    /// <summary>Refunds of a round, of each mode.</summary>
    public const int RefundsPerRound = 50;

    /// <summary>So often a refund that somebody else is at is waited for, where there is news of it.</summary>
    public const int TurnsMax = 5;

    private static readonly bool[] Modes = [true, false];
    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private ProviderTurns? _turns;

    /// <summary>How long a round waits for a provider at one refund.</summary>
    public TimeSpan Turn { get; init; } = ProviderTurns.Default;

    private ProviderTurns Turns => LazyInitializer.EnsureInitialized(ref _turns, () => new ProviderTurns(Turn, time));

    /// <summary>Hears of money that nobody wants and that does not go back.</summary>
    public Action<Refund> Stuck { get; init; } = _ => { };

    /// <summary>Opens a refund and goes as far with it as the provider lets it.</summary>
    public async Task<RefundOpening> OpenAsync(NewRefund wish, CancellationToken cancellationToken)
    {
        var opening = await store.OpenAsync(wish, cancellationToken);
        return opening is { Outcome: RefundOpeningOutcome.Opened, Refund: { } opened }
            ? opening with { Refund = await RunAsync(opened.Id) ?? opened }
            : opening;
    }

    /// <summary>Goes on with what is not finished; the first failure is thrown when all had their turn.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var turns = new FirstFailure();
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

        foreach (var id in await store.FindDueAsync(isTest, RefundsPerRound, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await turns.TryAsync(() => Turns.RunAsync(isTest, () => RunAsync(id)));
        }
    }

    /// <summary>Waits a moment for refunds that go on by themselves.</summary>
    public Task SettleAsync() => Turns.SettleAsync();

    /// <summary>Looks at all refunds of a charge, as its provider has them; also those that were made there.</summary>
    public async Task LookAsync(string chargeReference, CancellationToken cancellationToken)
    {
        if (await store.IsTestAsync(chargeReference, cancellationToken) is not { } isTest || providers.Of(isTest) is not { } provider)
        {
            return;
        }

        foreach (var found in await provider.ListRefundsAsync(chargeReference, isTest, cancellationToken))
        {
            if (await store.AdoptAsync(Ids.New(time), chargeReference, found, cancellationToken) is { } refund)
            {
                await RunAsync(refund.Id, found);
            }
        }
    }

    /// <summary>Goes on with a refund; null: there is none, or somebody else is at it. Whoever has news of it waits for that one.</summary>
    /// <exception cref="ProviderUnavailableException">It was not its turn for too long: the news must be told again.</exception>
    public async Task<Refund?> RunAsync(Guid refundId, RefundResult? told = null)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var turn = 0; !_running.TryAdd(refundId, ended.Task); turn++)
        {
            if (told is null)
            {
                return null;
            }

            if (turn == TurnsMax)
            {
                throw new ProviderUnavailableException("refund_busy");
            }

            if (_running.TryGetValue(refundId, out var other))
            {
                await other;
            }
        }

        try
        {
            return await store.LookAsync(refundId, CancellationToken.None) is { } refund ? await GoOnAsync(refund, told) : null;
        }
        finally
        {
            _running.TryRemove(refundId, out _);
            ended.SetResult();
        }
    }

    private async Task<Refund> GoOnAsync(Refund refund, RefundResult? told)
    {
        if (refund.Status < RefundStatus.Succeeded && refund.Shares.Count > 0 && refund.Credit == Money.Zero)
        {
            await credit.TakeAsync(About(refund), refund.Shares);
            refund = await store.NoteCreditAsync(refund.Id, CancellationToken.None);
        }

        var result = told ?? (refund.Status < RefundStatus.Succeeded ? await AskAsync(refund) : null);
        if (result is not null && result.Status != RefundStatus.Waiting)
        {
            result = result with { FailureCode = ProviderCode.Of(result.FailureCode) };
            var hadFailed = refund.Status == RefundStatus.Failed;
            refund = await store.EndAsync(refund.Id, result, CancellationToken.None);
            if (refund is { Status: RefundStatus.Failed, Origin: RefundOrigin.LateCapture } && !hadFailed)
            {
                Stuck(refund);
            }
        }

        if (refund is { Status: RefundStatus.Failed } && refund.Credit > Money.Zero)
        {
            await credit.GiveBackAsync(About(refund), refund.Credit);
            refund = await store.NoteCreditAsync(refund.Id, CancellationToken.None);
        }

        return refund;
    }

    // One that may have been asked for is looked for first: what is not there was never made, and is asked for under the same key.
    private async Task<RefundResult?> AskAsync(Refund refund)
    {
        if (providers.Of(refund.IsTest) is not { } provider || (refund.Provider is { } maker && maker != provider.Kind))
        {
            return null;
        }

        var order = new RefundOrder(
            refund.Id, refund.PaymentId, refund.ChargeReference, refund.Amount, refund.IsTest, refund.CreatedAt);
        var hasLooked = false;
        try
        {
            // One that was made there is only looked at: to ask for it would give the money back twice.
            if (refund.Origin == RefundOrigin.Provider)
            {
                var all = await provider.ListRefundsAsync(refund.ChargeReference, refund.IsTest, CancellationToken.None);
                return all.FirstOrDefault(found => found.Reference == refund.Reference);
            }

            var known = refund.WasAsked ? await provider.FindRefundAsync(order, CancellationToken.None) : null;
            hasLooked = true;
            return known ?? (refund.Status == RefundStatus.Waiting ? await provider.RefundAsync(order, CancellationToken.None) : null);
        }
        catch (ProviderRefusedException refused) when (hasLooked)
        {
            return new RefundResult(null, refund.Id, refund.Amount, RefundStatus.Failed, refused.Code);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static NewAdjustment About(Refund refund)
    {
        var name = Ids.Format(IdPrefix.Refund, refund.IsTest, refund.Id);
        return new NewAdjustment
        {
            Id = refund.Id,
            MerchantId = refund.MerchantId,
            CustomerId = refund.CustomerId,
            WalletId = refund.WalletId,
            Kind = AdjustmentKind.Refund,
            Amount = refund.Amount,
            Reason = $"Refund {name}",
            RefundId = refund.Id,
            IdempotencyKey = $"refund:{name}",
            Fingerprint = refund.Id,
        };
    }
}
