namespace Lava.Billing.Payments;

/// <summary>Where payments are kept. Its exceptions leave in doubt whether a change happened.</summary>
public interface IPaymentStore
{
    /// <summary>Opens a payment, one for each wallet at a time.</summary>
    Task<PaymentOpening> OpenAsync(Guid id, NewPayment payment, CancellationToken cancellationToken);

    /// <summary>
    /// Payments that wait and whose time has come, and those of which an attempt has no result: <see cref="CardPayments.InDoubtAfter"/>
    /// old, or left by the process before this one. Of test merchants or of live ones.
    /// </summary>
    /// <param name="isTest">Of whom.</param>
    /// <param name="running">How long this process has run: what was begun before it needs no patience.</param>
    /// <param name="limit">Of each of the two at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<List<DuePayment>> FindDueAsync(bool isTest, TimeSpan running, int limit, CancellationToken cancellationToken);

    /// <summary>Begins an attempt of a payment that is due; null: it is not, or somebody else began one.</summary>
    Task<PaymentAttempt?> BeginAsync(Guid paymentId, CancellationToken cancellationToken);

    /// <summary>
    /// Begins an attempt that a person waits for, of a payment that nobody waited for until then: whether it is due or not, with the card
    /// that the person chose. Such an attempt alone is attended; declined, the payment waits for its time as before.
    /// </summary>
    /// <param name="seen">The payment as the person's checkout session took it.</param>
    /// <param name="cardId">The card.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: it is not as it was seen any more, or the card can't be charged; nothing was begun.</returns>
    Task<PaymentAttempt?> AttendAsync(Payment seen, Guid cardId, CancellationToken cancellationToken);

    /// <summary>The attempt that was begun and has no result, and notes that it was looked at; null: there is none.</summary>
    Task<PaymentAttempt?> FindOpenAttemptAsync(Guid paymentId, CancellationToken cancellationToken);

    /// <summary>The attempt whose charge has a name, over or not; null: there is none.</summary>
    Task<PaymentAttempt?> FindAttemptAsync(string reference, CancellationToken cancellationToken);

    /// <summary>
    /// Notes the name of an open attempt's charge, and that its money is asked for next. False: the attempt is over, or has another name.
    /// </summary>
    Task<bool> NoteReferenceAsync(PaymentAttempt attempt, string reference, bool isCharged, CancellationToken cancellationToken);

    /// <summary>Provider and books differ: a person must look at the payment, and nothing is credited.</summary>
    Task<Payment> HoldAsync(PaymentAttempt attempt, string review, CancellationToken cancellationToken);

    /// <summary>
    /// Books that it is paid: credit, floor, what it was for, in one transaction. Once; later the first result again. Of a payment
    /// that is over, or was paid by another charge, it is noted that this money goes back.
    /// </summary>
    Task<PaymentSuccess> SucceedAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken);

    /// <summary>
    /// Books that it was declined, or that nothing was taken: once for each attempt. After the latter what nobody waits for is due again.
    /// </summary>
    Task<PaymentFailure> FailAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken);

    /// <summary>
    /// The customer's bank asks a question: the attempt stays open until it is answered. It is asked again where the page said that it was
    /// answered; a refusal stays one.
    /// </summary>
    Task NoteActionAsync(PaymentAttempt attempt, CancellationToken cancellationToken);

    /// <summary>The customer has answered the bank's question, if there is one. The open attempt; null: there is none.</summary>
    Task<PaymentAttempt?> AnswerActionAsync(Guid paymentId, bool isDone, CancellationToken cancellationToken);

    /// <summary>The booking of a payment; null: it is not booked. Waits for a transaction that still holds the payment.</summary>
    Task<PaymentSuccess?> FindSuccessAsync(Guid paymentId, CancellationToken cancellationToken);

    /// <summary>Makes a waiting payment due now.</summary>
    Task HastenAsync(Guid paymentId, CancellationToken cancellationToken);

    /// <summary>A payment of a merchant's; null: there is none.</summary>
    Task<Payment?> FindAsync(Guid merchantId, Guid paymentId, CancellationToken cancellationToken);

    /// <summary>A customer's payments, newest first, older than <paramref name="before"/>.</summary>
    Task<List<Payment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken);
}
