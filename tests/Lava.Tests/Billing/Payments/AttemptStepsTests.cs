using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Payments;

/// <summary>What is done about an attempt that somebody left, row by row.</summary>
public sealed class AttemptStepsTests
{
    private static readonly Guid Id = Guid.NewGuid();
    private readonly StandInProvider _provider = new();
    private readonly Names _store = new();

    [Fact]
    public async Task Ask_Paid_NamesTheChargeBeforeItsMoneyIsAskedFor()
    {
        var named = 0;
        _provider.IsNamed = (_, _) => Task.FromResult(_store.Noted.Count == ++named);

        var result = await Steps().AskAsync(Attempt());

        Assert.Equal(ChargeOutcome.Succeeded, result.Outcome);
        Assert.Equal(["prepare", "charge"], _provider.Calls);
        Assert.Equal([$"{StandInProvider.NameOf(Id, 1)} charged"], _store.Noted);
        Assert.Equal(0, _provider.Unnamed);
    }

    [Fact]
    public async Task Ask_NameNotTaken_AsksForNoMoney()
    {
        _store.Takes = false;

        Assert.Equal(ChargeOutcome.Unknown, (await Steps().AskAsync(Attempt())).Outcome);
        Assert.Equal(["prepare"], _provider.Calls);
    }

    /// <summary>No name is known: the charge is made again while its key is, later it is looked for.</summary>
    [Theory]
    [InlineData(false, "00:05", true, ChargeOutcome.Succeeded, "prepare read charge")]
    [InlineData(true, "00:05", true, ChargeOutcome.NotTaken, "prepare read cancel")]
    [InlineData(false, "22:59", true, ChargeOutcome.Succeeded, "prepare read charge")]
    [InlineData(false, "23:00", true, ChargeOutcome.NotTaken, "find")]
    [InlineData(true, "23:00", true, ChargeOutcome.NotTaken, "find")]
    [InlineData(false, "00:05", false, ChargeOutcome.Unknown, "")]
    public async Task Recover_WithoutName(bool isAttended, string age, bool mayAct, ChargeOutcome outcome, string calls)
    {
        var result = await Steps().RecoverAsync(Attempt(isAttended, age, name: null), mayAct);

        Assert.Equal((outcome, calls), (result.Outcome, string.Join(' ', _provider.Calls)));
        Assert.Equal(outcome == ChargeOutcome.NotTaken ? DeclineCodes.Interrupted : null, result.DeclineCode);
    }

    [Fact]
    public async Task Recover_KeyForgottenAndChargeFound_ReadsItAndEndsIt()
    {
        await PrepareAsync();

        var result = await Steps().RecoverAsync(Attempt(age: "30:00", name: null), mayAct: true);

        Assert.Equal((ChargeOutcome.NotTaken, "prepare find read cancel"), (result.Outcome, string.Join(' ', _provider.Calls)));
        Assert.Equal([StandInProvider.NameOf(Id, 1)], _store.Noted);
    }

    /// <summary>Its name is known and nothing was taken.</summary>
    [Theory]
    [InlineData(false, "00:05", 1, true, ChargeOutcome.Succeeded, "read charge")]
    [InlineData(false, "00:05", 3, true, ChargeOutcome.Succeeded, "read charge")]
    [InlineData(false, "00:05", 4, true, ChargeOutcome.NotTaken, "read cancel")]
    [InlineData(false, "23:00", 1, true, ChargeOutcome.NotTaken, "read cancel")]
    [InlineData(true, "00:05", 1, true, ChargeOutcome.NotTaken, "read cancel")]
    [InlineData(true, "00:05", 1, false, ChargeOutcome.Unknown, "read")]
    [InlineData(false, "00:05", 1, false, ChargeOutcome.Unknown, "read")]
    public async Task Recover_NotTaken(bool isAttended, string age, int charges, bool mayAct, ChargeOutcome outcome, string calls)
    {
        await PrepareAsync();

        var result = await Steps().RecoverAsync(Attempt(isAttended, age, charges: charges), mayAct);

        Assert.Equal((outcome, $"prepare {calls}"), (result.Outcome, string.Join(' ', _provider.Calls)));
    }

    /// <summary>It was charged, and the answer was lost.</summary>
    [Theory]
    [InlineData(null, false, false, ChargeOutcome.Succeeded, "read")]
    [InlineData(null, true, false, ChargeOutcome.Succeeded, "read")]
    [InlineData("generic_decline", false, false, ChargeOutcome.Declined, "read")]
    [InlineData("generic_decline", true, false, ChargeOutcome.Declined, "read cancel")]
    [InlineData("stolen_card", true, true, ChargeOutcome.HardDeclined, "read cancel")]
    [InlineData("authentication_required", false, true, ChargeOutcome.ActionRequired, "read")]
    [InlineData("authentication_required", true, true, ChargeOutcome.ActionRequired, "read")]
    public async Task Recover_Charged(string? code, bool isAttended, bool mayAct, ChargeOutcome outcome, string calls)
    {
        _provider.Decide = _ => code;
        await ChargeAsync(isAttended);

        var result = await Steps().RecoverAsync(Attempt(isAttended, charges: 1), mayAct);

        Assert.Equal((outcome, $"prepare charge {calls}"), (result.Outcome, string.Join(' ', _provider.Calls)));
        Assert.Equal(code, result.DeclineCode);
    }

    [Theory]
    [InlineData("00:29", PaymentAction.Wanted, false)]
    [InlineData("00:30", PaymentAction.Wanted, true)]
    [InlineData("00:01", PaymentAction.Refused, true)]
    public async Task Recover_BankAsks_WaitsForThePersonAndThenEndsIt(string age, PaymentAction action, bool isEnded)
    {
        _provider.Decide = _ => DeclineCodes.AuthenticationRequired;
        await ChargeAsync(isAttended: true);

        var result = await Steps().RecoverAsync(Attempt(true, age, charges: 1) with { Action = action }, mayAct: true);

        Assert.Equal(isEnded, _provider.Calls.Contains("cancel"));
        Assert.Equal(
            (isEnded ? ChargeOutcome.Declined : ChargeOutcome.ActionRequired, DeclineCodes.AuthenticationRequired),
            (result.Outcome, result.DeclineCode));
    }

    [Fact]
    public async Task Recover_CancelledTooLate_IsPaid()
    {
        _provider.Decide = _ => "generic_decline";
        await ChargeAsync(isAttended: true);
        _provider.Fault = step =>
        {
            if (step == "cancel")
            {
                _provider.CaptureLate(StandInProvider.NameOf(Id, 1));
            }

            return 0;
        };

        Assert.Equal(ChargeOutcome.Succeeded, (await Steps().RecoverAsync(Attempt(true, charges: 1), mayAct: true)).Outcome);
    }

    [Theory]
    [InlineData("prepare")]
    [InlineData("read")]
    [InlineData("cancel")]
    [InlineData("find")]
    public async Task Recover_NoAnswer_StaysUnknown(string step)
    {
        var attempt = Attempt(isAttended: true, age: step == "find" ? "24:00" : "00:05", name: null);
        _provider.Fault = name => name == step || name == "find" ? 1 : 0;

        Assert.Equal(ChargeOutcome.Unknown, (await Steps().RecoverAsync(attempt, mayAct: true)).Outcome);
    }

    /// <summary>An answer that is kept under a key comes again and again; the charge was made behind it, or it was not.</summary>
    [Theory]
    [InlineData(1, ChargeOutcome.NotTaken, "prepare find")]
    [InlineData(2, ChargeOutcome.Succeeded, "prepare find read charge")]
    public async Task Recover_PrepareNeverAnswers_LooksForTheCharge(int when, ChargeOutcome outcome, string calls)
    {
        _provider.Fault = name => name == "prepare" ? when : 0;

        var result = await Steps().RecoverAsync(Attempt(name: null), mayAct: true);

        Assert.Equal((outcome, calls), (result.Outcome, string.Join(' ', _provider.Calls)));
    }

    [Theory]
    [InlineData("23:59", null)]
    [InlineData("24:00", ChargeResult.Mismatch)]
    public async Task Recover_NotThereByItsName_IsHeldAfterADay(string age, string? code)
    {
        _provider.IsOther = true;

        var result = await Steps().RecoverAsync(Attempt(age: age, charges: 1), mayAct: true);

        Assert.Equal((ChargeOutcome.Unknown, code), (result.Outcome, result.DeclineCode));
    }

    [Fact]
    public async Task Recover_NobodyChargesAnyMore_LeavesWhatMayBeTaken()
    {
        var steps = new AttemptSteps(_store, new PaymentProviders(null, null));

        Assert.Equal(ChargeOutcome.Unknown, (await steps.RecoverAsync(Attempt(charges: 1), mayAct: true)).Outcome);
        Assert.Equal(DeclineCodes.NoProvider, (await steps.RecoverAsync(Attempt(name: null), mayAct: true)).DeclineCode);
    }

    [Fact]
    public async Task Ask_NobodyCharges_IsDeclinedAndAsksNobody()
    {
        var steps = new AttemptSteps(_store, new PaymentProviders(null, null));

        Assert.Equal(DeclineCodes.NoProvider, (await steps.AskAsync(Attempt())).DeclineCode);
        Assert.Equal(DeclineCodes.NoMethod, (await Steps().AskAsync(Attempt() with { MethodReference = null })).DeclineCode);
        Assert.Empty(_provider.Calls);
    }

    private static PaymentAttempt Attempt(bool isAttended = false, string age = "00:05", string? name = "", int charges = 0)
    {
        var parts = age.Split(':');
        var payment = new Payment
        {
            Id = Id,
            Terms = new NewPayment
            {
                Kind = PaymentKind.Bundle,
                MerchantId = Guid.NewGuid(),
                CustomerId = Guid.NewGuid(),
                WalletId = 1,
                Fee = Money.FromDollars(1),
                IsAttended = isAttended,
            },
            Status = PaymentStatus.Attempting,
            Attempts = 1,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        return new PaymentAttempt(payment, "pm_card_visa", true)
        {
            ProviderReference = name?.Length == 0 ? StandInProvider.NameOf(Id, 1) : name,
            Charges = charges,
            Age = new TimeSpan(int.Parse(parts[0], null), int.Parse(parts[1], null), 0),
        };
    }

    private AttemptSteps Steps() => new(_store, new PaymentProviders(_provider, null));

    private Task<string> PrepareAsync() => _provider.PrepareAsync(Order(false), default);

    private async Task ChargeAsync(bool isAttended)
    {
        await PrepareAsync();
        await _provider.ChargeAsync(Order(isAttended), StandInProvider.NameOf(Id, 1), default);
    }

    private static ChargeOrder Order(bool isAttended) =>
        new(Id, 1, Money.FromDollars(1), "pm_card_visa", Guid.NewGuid(), true, "Credit") { IsAttended = isAttended };

    private sealed class Names : IPaymentStore
    {
        public List<string> Noted { get; } = [];

        public bool Takes { get; set; } = true;

        public Task<bool> NoteReferenceAsync(
            PaymentAttempt attempt, string reference, bool isCharged, CancellationToken cancellationToken)
        {
            Noted.Add(isCharged ? $"{reference} charged" : reference);
            return Task.FromResult(Takes);
        }

        public Task<PaymentOpening> OpenAsync(Guid id, NewPayment payment, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<List<DuePayment>> FindDueAsync(
        bool isTest, TimeSpan running, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentAttempt?> BeginAsync(Guid paymentId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentAttempt?> AttendAsync(Payment seen, Guid cardId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentAttempt?> FindOpenAttemptAsync(Guid paymentId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<PaymentAttempt?> FindAttemptAsync(string reference, CancellationToken cancellationToken) =>
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
    }
}
