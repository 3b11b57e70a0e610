namespace Lava.Billing.Payments;

/// <summary>
/// An attempt's way through the provider: the charge is made without money, its name committed, then the money asked for. What was begun is
/// taken up by reading the charge under its name; money is never asked for where that was not done first, and never again where a person
/// would have waited for it.
/// </summary>
internal sealed class AttemptSteps(IPaymentStore store, PaymentProviders providers)
{
    /// <summary>How often the money of one charge is asked for: an answer that is kept under its key would come for ever.</summary>
    public const int ChargesMax = 4;

    /// <summary>Providers keep the keys of requests for a day; an hour less, for a request takes its time.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(23);

    /// <summary>A charge that its provider does not have is asked for so long: the keys of another account may be put right.</summary>
    public static readonly TimeSpan AbsenceTime = TimeSpan.FromDays(1);

    private static readonly ChargeResult NotKnown = new(ChargeOutcome.Unknown, null, null, null);
    private static readonly ChargeResult Interrupted = new(ChargeOutcome.NotTaken, DeclineCodes.Interrupted, null, null);

    /// <summary>Asks for an attempt's money for the first time.</summary>
    public async Task<ChargeResult> AskAsync(PaymentAttempt attempt)
    {
        if (Refuse(attempt) is { } refused)
        {
            return refused;
        }

        var (provider, order) = Order(attempt);
        var (reference, failed) = await PrepareAsync(provider, order);
        return reference is null ? failed! : await ChargeAsync(provider, order, attempt, reference);
    }

    /// <summary>Finds out what became of an attempt, and goes on with it.</summary>
    /// <param name="attempt">As the store has it.</param>
    /// <param name="mayAct">
    /// Whoever began it is not at it any more. Otherwise it is only read: another process may be between two of its steps.
    /// </param>
    public async Task<ChargeResult> RecoverAsync(PaymentAttempt attempt, bool mayAct)
    {
        if (IsOfAnother(attempt))
        {
            return RecoverOther(attempt);
        }

        if (Refuse(attempt) is { } refused)
        {
            // Of a charge that has a name money may have been asked for: its provider knows, once there is one again.
            return attempt.ProviderReference is null ? refused : NotKnown;
        }

        var (provider, order) = Order(attempt);
        if (attempt.ProviderReference is { } known)
        {
            return await GoOnAsync(provider, order, attempt, known, mayAct);
        }

        if (!mayAct)
        {
            return NotKnown;
        }

        var (reference, failed) = attempt.Age < KeyLifetime ? await PrepareAsync(provider, order) : (null, NotKnown);
        if (reference is null && failed!.Outcome == ChargeOutcome.Unknown)
        {
            // An answer that is kept under the key would come for ever. What is not there took nothing: its money was never asked for.
            (reference, failed) = await FindAsync(provider, order);
        }

        if (reference is null)
        {
            return failed!;
        }

        // Its name first: should this process die, too, the next one reads it.
        return await store.NoteReferenceAsync(attempt, reference, isCharged: false, CancellationToken.None)
            ? await GoOnAsync(provider, order, attempt, reference, mayAct)
            : NotKnown;
    }

    /// <summary>What became of a charge that is not asked for any more; takes nothing, ends nothing.</summary>
    public async Task<ChargeResult> ReadAsync(PaymentAttempt attempt)
    {
        if (Refuse(attempt) is not null || attempt.ProviderReference is not { } reference)
        {
            return NotKnown;
        }

        var (provider, order) = Order(attempt);
        return await AnswerAsync(reference, () => provider.ReadAsync(order, reference, CancellationToken.None));
    }

    /// <summary>Ends a charge that is not to take anything any more; where that fails, it is as it was.</summary>
    public async Task EndAsync(PaymentAttempt attempt)
    {
        if (Refuse(attempt) is null && attempt.ProviderReference is { } reference)
        {
            var (provider, order) = Order(attempt);
            await CancelAsync(provider, order, reference);
        }
    }

    private async Task<ChargeResult> GoOnAsync(
        IPaymentProvider provider, ChargeOrder order, PaymentAttempt attempt, string reference, bool mayAct)
    {
        var result = await AnswerAsync(reference, () => provider.ReadAsync(order, reference, CancellationToken.None));
        switch (result.Outcome)
        {
            case ChargeOutcome.Unknown when result.DeclineCode == ChargeResult.NotThere:
                return attempt.Age < AbsenceTime
                    ? NotKnown with { Reference = reference }
                    : result with { DeclineCode = ChargeResult.Mismatch };

            case ChargeOutcome.Declined or ChargeOutcome.HardDeclined:
                return await FinallyAsync(provider, order, reference, result);

            case ChargeOutcome.ActionRequired
                when order.IsAttended && order.Action != PaymentAction.Refused && attempt.Age < CardPayments.ActionTime:
                return result;

            case ChargeOutcome.ActionRequired when order.IsAttended:
                return await FinallyAsync(
                    provider, order, reference,
                    result with { Outcome = ChargeOutcome.Declined, DeclineCode = DeclineCodes.AuthenticationRequired });

            case ChargeOutcome.NotTaken when !mayAct:
                return NotKnown;

            case ChargeOutcome.NotTaken when !order.IsAttended && attempt.Age < KeyLifetime && attempt.Charges < ChargesMax:
                return await ChargeAsync(provider, order, attempt, reference);

            case ChargeOutcome.NotTaken:
                var ended = await CancelAsync(provider, order, reference);
                return ended.Outcome == ChargeOutcome.NotTaken ? Interrupted with { Reference = reference } : ended;

            default:
                return result;
        }
    }

    private async Task<ChargeResult> ChargeAsync(IPaymentProvider provider, ChargeOrder order, PaymentAttempt attempt, string reference)
    {
        // Committed before any money is asked for. Refused: somebody else has ended the attempt.
        if (!await store.NoteReferenceAsync(attempt, reference, isCharged: true, CancellationToken.None))
        {
            return NotKnown;
        }

        var result = await AnswerAsync(reference, () => provider.ChargeAsync(order, reference, CancellationToken.None));
        return result.Outcome is ChargeOutcome.Declined or ChargeOutcome.HardDeclined
            ? await FinallyAsync(provider, order, reference, result)
            : result;
    }

    // A page holds what is needed to pay a charge of its own: only a charge that is ended was declined for good. Of others nobody does.
    private static async Task<ChargeResult> FinallyAsync(
        IPaymentProvider provider, ChargeOrder order, string reference, ChargeResult declined)
    {
        if (!order.IsAttended)
        {
            return declined;
        }

        var ended = await CancelAsync(provider, order, reference);
        return ended.Outcome == ChargeOutcome.NotTaken ? declined : ended;
    }

    private static Task<ChargeResult> CancelAsync(IPaymentProvider provider, ChargeOrder order, string reference) =>
        AnswerAsync(reference, () => provider.CancelAsync(order, reference, CancellationToken.None));

    // The keys were changed: whoever is asked now knows nothing of this card.
    private bool IsOfAnother(PaymentAttempt attempt) =>
        attempt.Provider is { } had && providers.Of(attempt.IsTest) is { } now && now.Kind != had;

    // Without a name no money was asked for; the sandbox has none to take. Of anybody else's charge only that one can tell: a person must
    // look at it, unless the keys come back within a day.
    private static ChargeResult RecoverOther(PaymentAttempt attempt) =>
        attempt.ProviderReference is not { } name || attempt.Provider == PaymentProviderKind.Sandbox ? Interrupted
        : attempt.Age < AbsenceTime ? NotKnown with { Reference = name }
        : new ChargeResult(ChargeOutcome.Unknown, ChargeResult.Mismatch, "Another payment provider made the charge", name);

    private ChargeResult? Refuse(PaymentAttempt attempt)
    {
        var code = attempt.MethodReference is null ? DeclineCodes.NoMethod
            : providers.Of(attempt.IsTest) is null ? DeclineCodes.NoProvider
            : IsOfAnother(attempt) ? DeclineCodes.OtherProvider
            : null;
        return code is null ? null : new ChargeResult(DeclineCodes.OutcomeOf(code), code, null, null);
    }

    private static async Task<(string? Reference, ChargeResult? Failed)> PrepareAsync(IPaymentProvider provider, ChargeOrder order)
    {
        try
        {
            return (await provider.PrepareAsync(order, CancellationToken.None), null);
        }
        catch (ProviderRefusedException)
        {
            return (null, new ChargeResult(ChargeOutcome.Declined, DeclineCodes.Refused, null, null));
        }
        catch (Exception failure) when (IsNoAnswer(failure))
        {
            return (null, NotKnown);
        }
    }

    private static async Task<(string? Reference, ChargeResult? Failed)> FindAsync(IPaymentProvider provider, ChargeOrder order)
    {
        try
        {
            return await provider.FindAsync(order, CancellationToken.None) is { } found ? (found, null) : (null, Interrupted);
        }
        catch (Exception failure) when (IsNoAnswer(failure))
        {
            return (null, NotKnown);
        }
    }

    // Whatever goes wrong on the way is no answer: the charge is read later.
    private static async Task<ChargeResult> AnswerAsync(string reference, Func<Task<ChargeResult>> ask)
    {
        try
        {
            return await ask() with { Reference = reference };
        }
        catch (Exception failure) when (IsNoAnswer(failure))
        {
            return NotKnown with { Reference = reference };
        }
    }

    private static bool IsNoAnswer(Exception failure) => failure is not (OutOfMemoryException or StackOverflowException);

    private (IPaymentProvider Provider, ChargeOrder Order) Order(PaymentAttempt attempt)
    {
        var payment = attempt.Payment;
        var order = new ChargeOrder(
            payment.Id, attempt.Number, payment.Amount, attempt.MethodReference!, payment.Terms.MerchantId, attempt.IsTest,
            Description(payment.Terms.Kind))
        {
            CustomerReference = attempt.CustomerReference,
            IsAttended = payment.Terms.IsAttended,
            Action = attempt.Action,
            SentAt = attempt.SentAt,
        };
        return (providers.Of(attempt.IsTest)!, order);
    }

    private static string Description(PaymentKind kind) => kind switch
    {
        PaymentKind.Overage => "Usage beyond the included credit",
        PaymentKind.Bundle or PaymentKind.TopUp => "Credit",
        _ => "Subscription",
    };
}
