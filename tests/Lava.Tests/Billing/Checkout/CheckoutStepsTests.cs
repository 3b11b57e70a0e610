using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Checkout;

/// <summary>The step over every combination of what decides it.</summary>
public sealed class CheckoutStepsTests
{
    private static readonly DateTimeOffset Now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UInt256 Own = new(1, 1);
    private static readonly UInt256 Other = new(2, 2);

    private enum Pay
    {
        None,
        JustOpened,
        Left,
        RenewalThatWaits,
        Attempting,
        AskedByTheBank,
        Answered,
        Succeeded,
        InReview,
    }

    private enum Phone
    {
        None,
        CodeSent,
        CodeTooOld,
        Verified,
        VerifiedTooLongAgo,
    }

    [Fact]
    public void Of_EveryCombination_IsTheFirstRuleThatHolds()
    {
        var counts = new Dictionary<CheckoutStep, int>();
        foreach (var isCompleted in new[] { false, true })
        {
            foreach (var pay in Enum.GetValues<Pay>())
            {
                foreach (var isGone in new[] { false, true })
                {
                    foreach (var isExpired in new[] { false, true })
                    {
                        foreach (var visit in new[] { Own, Other, default })
                        {
                            foreach (var phone in Enum.GetValues<Phone>())
                            {
                                foreach (var needsCard in new[] { false, true })
                                {
                                    var step = CheckoutSteps.Of(
                                        State(isCompleted, isExpired, phone), Payment(pay), isGone ? CheckoutProblem.OfferGone : null,
                                        needsCard, visit, Now);
                                    Assert.Equal(Expected(isCompleted, pay, isGone, isExpired, visit == Own, phone, needsCard), step);
                                    counts[step] = counts.GetValueOrDefault(step) + 1;
                                }
                            }
                        }
                    }
                }
            }
        }

        Assert.Equal(Enum.GetValues<CheckoutStep>().Order(), counts.Keys.Order());
    }

    [Fact]
    public void Of_LimitsOfTime_EndAtTheirMoment()
    {
        var sent = State(false, false, Phone.CodeSent) with { CodeSentAt = Now - CheckoutLimits.CodeLife };
        Assert.Equal(CheckoutStep.Phone, StepOf(sent));
        Assert.Equal(CheckoutStep.Code, StepOf(sent with { CodeSentAt = sent.CodeSentAt + TimeSpan.FromTicks(1) }));
        var verified = State(false, false, Phone.Verified) with { VerifiedAt = Now - CheckoutLimits.VerifiedFor };
        Assert.Equal(CheckoutStep.Phone, StepOf(verified));
        Assert.Equal(CheckoutStep.Confirm, StepOf(verified with { VerifiedAt = verified.VerifiedAt + TimeSpan.FromTicks(1) }));
        Assert.Equal(CheckoutStep.Expired, StepOf(verified with { Session = verified.Session with { ExpiresAt = Now } }));
    }

    private static CheckoutStep StepOf(CheckoutState state) => CheckoutSteps.Of(state, null, null, needsCard: false, Own, Now);

    // As the table of the contract reads, from its first line down.
    private static CheckoutStep Expected(
        bool isCompleted, Pay pay, bool isGone, bool isExpired, bool isOwn, Phone phone, bool needsCard) =>
        isCompleted ? CheckoutStep.Done
        : pay == Pay.AskedByTheBank && isOwn ? CheckoutStep.Authenticate
        : pay is Pay.JustOpened or Pay.Attempting or Pay.AskedByTheBank or Pay.Answered or Pay.Succeeded ? CheckoutStep.Processing
        : pay == Pay.InReview || isGone ? CheckoutStep.Unavailable
        : isExpired ? CheckoutStep.Expired
        : isOwn && phone == Phone.Verified ? needsCard ? CheckoutStep.Card : CheckoutStep.Confirm
        : isOwn && phone == Phone.CodeSent ? CheckoutStep.Code
        : CheckoutStep.Phone;

    private static CheckoutState State(bool isCompleted, bool isExpired, Phone phone) => new()
    {
        Session = new CheckoutSession
        {
            Id = new Guid(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            MerchantId = Guid.Empty,
            Mode = CheckoutMode.Subscription,
            OriginUrl = "https://shop.example",
            CreatedAt = Now.AddHours(-1),
            ExpiresAt = isExpired ? Now.AddSeconds(-1) : Now.AddHours(1),
            CompletedAt = isCompleted ? Now : null,
        },
        Visit = Own,
        Phone = phone == Phone.None ? null : "+15550100",
        CodeSentAt = phone switch
        {
            Phone.CodeSent => Now.AddMinutes(-1),
            Phone.CodeTooOld => Now.AddMinutes(-11),
            _ => null,
        },
        VerifiedAt = phone switch
        {
            Phone.Verified => Now.AddMinutes(-1),
            Phone.VerifiedTooLongAgo => Now.AddMinutes(-31),
            _ => null,
        },
    };

    private static CheckoutPayment? Payment(Pay pay) => pay == Pay.None ? null : new CheckoutPayment(
        new Payment
        {
            Id = Ids.FromTimeAndNumber(pay == Pay.JustOpened ? Now.AddSeconds(-9) : Now.AddSeconds(-10), 1),
            Terms = new NewPayment
            {
                Kind = pay == Pay.RenewalThatWaits ? PaymentKind.Renewal : PaymentKind.Subscription,
                MerchantId = Guid.Empty,
                CustomerId = Guid.Empty,
                WalletId = 1,
            },
            Status = pay switch
            {
                Pay.JustOpened or Pay.Left or Pay.RenewalThatWaits => PaymentStatus.Waiting,
                Pay.Succeeded => PaymentStatus.Succeeded,
                Pay.InReview => PaymentStatus.Review,
                _ => PaymentStatus.Attempting,
            },
            Attempts = 0,
            CreatedAt = Now,
        },
        pay switch
        {
            Pay.AskedByTheBank => PaymentAction.Wanted,
            Pay.Answered => PaymentAction.Done,
            _ => null,
        });
}
