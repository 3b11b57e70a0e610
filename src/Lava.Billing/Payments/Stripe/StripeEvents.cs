using Lava.Core;

namespace Lava.Billing.Payments.Stripe;

/// <summary>
/// Handles what Stripe told. An event is a hint that an object has changed, no more: the object is read again, so neither the order of
/// events nor their number matters, and nothing that an event says is believed.
/// </summary>
public sealed class StripeEvents(IProviderEventStore store, StripeClient client, StripePayments payments, IProviderEventActs acts)
{
    /// <summary>Events of a round.</summary>
    public const int EventsPerRound = 50;

    /// <summary>The error of an event that was given up.</summary>
    public const string GivenUp = "given_up";

    /// <summary>Tries of an event: the first ones soon, then hourly, three days in all.</summary>
    public const int AttemptsMax = 76;

    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)];

    /// <summary>Hears of an event that could not be handled: its id, its kind, and a failure that names no secret.</summary>
    public Action<ProviderEvent, Exception>? Failed { get; init; }

    /// <summary>Handles events whose time has come. Ends with the store's first failure; gives how many were handled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var due = await store.TakeAsync(EventsPerRound, cancellationToken);
        var handled = 0;
        foreach (var happened in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            handled += await TryAsync(happened, cancellationToken) ? 1 : 0;
        }

        return handled;
    }

    /// <summary>Does what an event leads to.</summary>
    public Task HandleAsync(ProviderEvent happened, CancellationToken cancellationToken)
    {
        var name = happened.ObjectReference;
        return StripeEventKinds.Of(happened.Kind) switch
        {
            StripeEventAct.ResumeCharge => ResumeAsync(name, cancellationToken),
            StripeEventAct.LookAtRefundsOfCharge => LookAtRefundsAsync($"/v1/charges/{Uri.EscapeDataString(name)}", cancellationToken),
            StripeEventAct.LookAtRefund => LookAtRefundsAsync($"/v1/refunds/{Uri.EscapeDataString(name)}", cancellationToken),
            StripeEventAct.LookAtDispute => acts.LookAtDisputeAsync(name, cancellationToken),
            StripeEventAct.LookAtCard => LookAtCardAsync(name, cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>An attempt's charge, also one whose name was lost before it was stored: the charge itself says whose it is.</summary>
    public async Task ResumeAsync(string reference, CancellationToken cancellationToken)
    {
        if (await acts.ResumeChargeAsync(reference, cancellationToken))
        {
            return;
        }

        var answer = await client.GetAsync($"/v1/payment_intents/{Uri.EscapeDataString(reference)}", null, cancellationToken);
        if (answer.Failure is not { Status: 404 } && StripeIntent.Read(answer.OrThrow()).Payment is { } note
            && Ids.TryParse(IdPrefix.Payment, note, out var payment))
        {
            await acts.ResumePaymentAsync(payment, cancellationToken);
        }

        // Otherwise it is another product's on the same account.
    }

    private async Task<bool> TryAsync(ProviderEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            await HandleAsync(happened, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Failed?.Invoke(happened, failure);
            var code = failure switch
            {
                ProviderUnavailableException away => away.Code,
                ProviderRefusedException refused => refused.Code,
                _ => failure.GetType().Name,
            };
            await (happened.Attempts >= AttemptsMax
                ? store.EndAsync(happened.Provider, happened.Id, GivenUp, cancellationToken)
                : store.PostponeAsync(happened.Provider, happened.Id, WaitAfter(happened.Attempts), code, cancellationToken));
            return false;
        }

        await store.EndAsync(happened.Provider, happened.Id, null, cancellationToken);
        return true;
    }

    private async Task LookAtRefundsAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(path, null, cancellationToken);
        if (answer.Failure is not { Status: 404 } && answer.OrThrow().Reference("payment_intent") is { } charge)
        {
            await acts.LookAtRefundsAsync(charge, cancellationToken);
        }
    }

    private async Task LookAtCardAsync(string reference, CancellationToken cancellationToken) =>
        await acts.CardChangedAsync(reference, await payments.ReadCardAsync(reference, cancellationToken), cancellationToken);

    private static TimeSpan WaitAfter(int attempts) => Waits[Math.Clamp(attempts - 1, 0, Waits.Length - 1)];
}
