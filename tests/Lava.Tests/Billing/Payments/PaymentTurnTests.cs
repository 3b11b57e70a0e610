using Lava.Billing;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Wallets;

namespace Lava.Tests.Billing.Payments;

/// <summary>One payment, one wallet that fails: the others have their turn, and the failure is told.</summary>
public sealed class PaymentTurnTests : IDisposable
{
    private readonly WalletStore _wallets = new(10);
    private readonly List<string> _done = [];

    public void Dispose() => _wallets.Dispose();

    [Fact]
    public async Task RunDue_OneFails_OthersHaveTheirTurn()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Cards().RunDueAsync(CancellationToken.None));

        Assert.Equal(["begin 2", "find 3"], _done);
    }

    [Fact]
    public async Task RunDue_OneProviderIsSilent_OthersHaveTheirTurnAndItIsAskedNoMore()
    {
        var silent = new TaskCompletionSource<PaymentAttempt?>();
        var cards = Cards(silent.Task);

        await Assert.ThrowsAsync<TimeoutException>(() => cards.RunDueAsync(CancellationToken.None));
        await Assert.ThrowsAsync<TimeoutException>(() => cards.RunDueAsync(CancellationToken.None));

        Assert.Equal(["begin 2", "find 3", "begin 2", "find 3"], _done.Where(step => step != "live"));
        Assert.Equal(ProviderTurns.LateMax, _done.Count(step => step == "live"));

        // Once it answers it is asked again, and what failed meanwhile is told.
        silent.SetException(new InvalidOperationException("away"));
        await cards.SettleAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => cards.RunDueAsync(CancellationToken.None));
        Assert.True(_done.Count(step => step == "live") > ProviderTurns.LateMax);
    }

    [Fact]
    public async Task Watch_OneFails_OthersHaveTheirTurn()
    {
        var watch = new WalletWatch(
            new Wallets(_done), Cards(), new LiveFloors(_wallets), new NoChanges(), TimeProvider.System);

        await Assert.ThrowsAsync<TimeoutException>(() => watch.RunAsync([1, 2], CancellationToken.None));

        Assert.Equal(["short 2", "due 2"], _done);
    }

    private CardPayments Cards(Task<PaymentAttempt?>? live = null) => new(
        new Payments(_done, live), new PaymentProviders(new StandInProvider(), null), _wallets,
        new LiveFloors(_wallets), new NoChanges(), TimeProvider.System)
    {
        Turn = TimeSpan.FromMilliseconds(50),
    };

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private sealed class Payments(List<string> done, Task<PaymentAttempt?>? live) : IPaymentStore
    {
        public Task<List<DuePayment>> FindDueAsync(
        bool isTest, TimeSpan running, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<List<DuePayment>>(
                isTest ? [new(Id(1), false), new(Id(2), false), new(Id(1), true), new(Id(3), true)]
                : live is null ? [] : [.. Enumerable.Range(10, 20).Select(number => new DuePayment(Id(number), number % 2 == 0))]);

        public Task<PaymentAttempt?> BeginAsync(Guid paymentId, CancellationToken cancellationToken) => Run("begin", paymentId);

        public Task<PaymentAttempt?> AttendAsync(Payment seen, Guid cardId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentAttempt?> FindOpenAttemptAsync(Guid paymentId, CancellationToken cancellationToken) => Run("find", paymentId);

        public Task<PaymentOpening> OpenAsync(Guid id, NewPayment payment, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentAttempt?> FindAttemptAsync(string reference, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> NoteReferenceAsync(
            PaymentAttempt attempt, string reference, bool isCharged, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Payment> HoldAsync(PaymentAttempt attempt, string review, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task NoteActionAsync(PaymentAttempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PaymentAttempt?> AnswerActionAsync(Guid paymentId, bool isDone, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentSuccess> SucceedAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentFailure> FailAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentSuccess?> FindSuccessAsync(Guid paymentId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task HastenAsync(Guid paymentId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Payment?> FindAsync(Guid merchantId, Guid paymentId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<List<Payment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        private Task<PaymentAttempt?> Run(string step, Guid paymentId)
        {
            if (paymentId == Id(1))
            {
                throw new TimeoutException();
            }

            if (paymentId != Id(2) && paymentId != Id(3))
            {
                done.Add("live");
                return live!;
            }

            done.Add($"{step} {(paymentId == Id(2) ? 2 : 3)}");
            return Task.FromResult<PaymentAttempt?>(null);
        }
    }

    private sealed class Wallets(List<string> done) : IWalletWatchStore
    {
        public Task<List<long>> FindDueAsync(int limit, CancellationToken cancellationToken) => Task.FromResult<List<long>>([1, 2]);

        public Task<WalletLook?> LookAsync(
            Guid paymentId, long walletId, bool isShort, ChargeLeast least, CancellationToken cancellationToken)
        {
            if (walletId == 1)
            {
                throw new TimeoutException();
            }

            done.Add($"{(isShort ? "short" : "due")} {walletId}");
            return Task.FromResult<WalletLook?>(null);
        }
    }

    private sealed class NoChanges : ICustomerChanges
    {
        public Task RefreshAsync(Guid merchantId, Guid customerId) => Task.CompletedTask;
    }
}
