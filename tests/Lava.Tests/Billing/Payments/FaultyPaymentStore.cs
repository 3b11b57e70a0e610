using Lava.Billing.Payments;
using Lava.Postgres;

namespace Lava.Tests.Billing.Payments;

/// <summary>A store that fails before a change, or after it is committed, where a test says so.</summary>
internal sealed class FaultyPaymentStore(IPaymentStore store) : IPaymentStore
{
    /// <summary>0: nothing happens, 1: fails before the change, 2: after it. By the name of the step.</summary>
    public Func<string, int> Fault { get; set; } = _ => 0;

    /// <summary>What happens between a payment's opening and its first attempt.</summary>
    public Func<Task> Opened { get; set; } = () => Task.CompletedTask;

    public async Task<PaymentOpening> OpenAsync(Guid id, NewPayment payment, CancellationToken cancellationToken)
    {
        var opening = await RunAsync("open", () => store.OpenAsync(id, payment, cancellationToken));
        await Opened();
        return opening;
    }

    public Task<List<DuePayment>> FindDueAsync(
        bool isTest, TimeSpan running, int limit, CancellationToken cancellationToken) =>
        RunAsync("due", () => store.FindDueAsync(isTest, running, limit, cancellationToken));

    public Task<PaymentAttempt?> BeginAsync(Guid paymentId, CancellationToken cancellationToken) =>
        RunAsync("begin", () => store.BeginAsync(paymentId, cancellationToken));

    public Task<PaymentAttempt?> AttendAsync(Payment seen, Guid cardId, CancellationToken cancellationToken) =>
        RunAsync("begin", () => store.AttendAsync(seen, cardId, cancellationToken));

    public Task<PaymentAttempt?> FindOpenAttemptAsync(Guid paymentId, CancellationToken cancellationToken) =>
        RunAsync("attempt", () => store.FindOpenAttemptAsync(paymentId, cancellationToken));

    public Task<PaymentAttempt?> FindAttemptAsync(string reference, CancellationToken cancellationToken) =>
        RunAsync("charge", () => store.FindAttemptAsync(reference, cancellationToken));

    public Task<bool> NoteReferenceAsync(
        PaymentAttempt attempt, string reference, bool isCharged, CancellationToken cancellationToken) =>
        RunAsync("note", () => store.NoteReferenceAsync(attempt, reference, isCharged, cancellationToken));

    public Task<Payment> HoldAsync(PaymentAttempt attempt, string review, CancellationToken cancellationToken) =>
        RunAsync("hold", () => store.HoldAsync(attempt, review, cancellationToken));

    public Task<PaymentSuccess> SucceedAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken) =>
        RunAsync("succeed", () => store.SucceedAsync(attempt, result, cancellationToken));

    public Task<PaymentFailure> FailAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken) =>
        RunAsync("fail", () => store.FailAsync(attempt, result, cancellationToken));

    public Task NoteActionAsync(PaymentAttempt attempt, CancellationToken cancellationToken) =>
        store.NoteActionAsync(attempt, cancellationToken);

    public Task<PaymentAttempt?> AnswerActionAsync(Guid paymentId, bool isDone, CancellationToken cancellationToken) =>
        store.AnswerActionAsync(paymentId, isDone, cancellationToken);

    public Task<PaymentSuccess?> FindSuccessAsync(Guid paymentId, CancellationToken cancellationToken) =>
        RunAsync("doubt", () => store.FindSuccessAsync(paymentId, cancellationToken));

    public Task HastenAsync(Guid paymentId, CancellationToken cancellationToken) => store.HastenAsync(paymentId, cancellationToken);

    public Task<Payment?> FindAsync(Guid merchantId, Guid paymentId, CancellationToken cancellationToken) =>
        store.FindAsync(merchantId, paymentId, cancellationToken);

    public Task<List<Payment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(customerId, before, limit, cancellationToken);

    private async Task<T> RunAsync<T>(string step, Func<Task<T>> run)
    {
        var fault = Fault(step);
        if (fault == 1)
        {
            throw new StoreUnavailableException("before");
        }

        var result = await run();
        return fault == 2 ? throw new StoreUnavailableException("after") : result;
    }
}
