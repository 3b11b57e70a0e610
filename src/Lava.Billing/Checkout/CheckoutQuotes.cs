using System.Security.Cryptography;
using System.Text;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>What a session's buyer pays and gets: the arithmetic of subscriptions, as a person reads it.</summary>
public static class CheckoutQuotes
{
    private const int HashLength = 32;

    /// <summary>Why nothing can be bought; null: something can.</summary>
    /// <param name="record">The session.</param>
    /// <param name="hasProvider">Somebody takes this merchant's payments.</param>
    public static CheckoutProblem? ProblemOf(CheckoutRecord record, bool hasProvider)
    {
        var isGone = record.State.Session.Mode switch
        {
            CheckoutMode.Subscription => record.Plan is null,
            CheckoutMode.CreditBundle => record.Bundle is not { } bundle
                || (record.Buyer is not null && record.Subscription?.PlanId != bundle.PlanId),
            _ => false,
        };
        return record.Payment?.Payment.Status == PaymentStatus.Review ? CheckoutProblem.InReview
            : isGone || record.Named is { IsDeleted: true } || record.Buyer is { IsDeleted: true } ? CheckoutProblem.OfferGone
            : !hasProvider && record.State.Session.Mode != CheckoutMode.Onboarding ? CheckoutProblem.NoProvider
            : record.Buyer is not null && IsSubscribed(record) ? CheckoutProblem.AlreadySubscribed
            : record.Buyer is not null && IsRenewing(record) ? CheckoutProblem.Renewing
            : null;
    }

    /// <summary>A quote of now; null: the buyer is not known, the amount not chosen, or nothing can be bought.</summary>
    /// <param name="record">The session.</param>
    /// <param name="least">What is charged at least.</param>
    public static StoredQuote? Of(CheckoutRecord record, Money least)
    {
        if (record.Buyer is null || ProblemOf(record, hasProvider: true) is not null)
        {
            return null;
        }

        return record.State.Session.Mode switch
        {
            CheckoutMode.Onboarding => Quote(record, CheckoutPurchase.Nothing, Money.Zero, Money.Zero),
            CheckoutMode.TopUp => record.State.Amount is { } amount ? Quote(record, CheckoutPurchase.TopUp, amount, amount) : null,
            CheckoutMode.CreditBundle => Quote(record, CheckoutPurchase.Bundle, record.Bundle!.Cost, record.Bundle.CreditAmount),
            _ => OfPlan(record, record.Plan!, least),
        };
    }

    /// <summary>Is the amount of a top-up not chosen yet?</summary>
    public static bool NeedsAmount(CheckoutState state) => state is { Session.Mode: CheckoutMode.TopUp, Amount: null };

    /// <summary>Is a card wanted that is not chosen?</summary>
    public static bool NeedsCard(CheckoutRecord record)
    {
        if (record.State.Quote is not { } quote)
        {
            return record.State.Session.Mode == CheckoutMode.TopUp;
        }

        if (record.State.WantsCard && quote.Kind != CheckoutPurchase.Nothing)
        {
            return true;
        }

        if (record.State.PaymentMethodId is { } chosen && record.Cards.Any(card => card.Id == chosen && card.ErrorCode is null))
        {
            return false;
        }

        return quote.Kind switch
        {
            CheckoutPurchase.Nothing => false,
            CheckoutPurchase.AtCycleEnd or CheckoutPurchase.Upgrade when quote.Fee == Money.Zero => record.Plan is { HasCycles: true }
                && !record.Cards.Any(card => card is { IsDefault: true, ErrorCode: null }),
            CheckoutPurchase.NewPlan => record.Plan is { HasCycles: true },
            _ => quote.Fee > Money.Zero,
        };
    }

    /// <summary>
    /// What the form must repeat: it follows from all that the buyer agrees to, which is the plan, the card, what is charged now and
    /// what is charged next.
    /// </summary>
    public static string HashOf(CheckoutRecord record, StoredQuote quote) => HashOf(record.State, quote, Describe(record, quote).Amount);

    /// <summary>The stored quote for a person; null without one.</summary>
    public static CheckoutQuote? Show(CheckoutRecord record)
    {
        if (record.State.Quote is not { } quote)
        {
            return null;
        }

        var (lines, at, amount) = Describe(record, quote);
        return new CheckoutQuote(quote.Kind, quote.Fee, quote.Credit, lines, at, amount, HashOf(record.State, quote, amount));
    }

    /// <summary>The payment that a quote asks for; null where it costs nothing.</summary>
    public static NewPayment? PaymentOf(CheckoutRecord record, StoredQuote quote, Guid newId)
    {
        var buyer = record.Buyer!;
        var session = record.State.Session;
        var payment = new NewPayment
        {
            Kind = PaymentKind.TopUp,
            MerchantId = session.MerchantId,
            CustomerId = buyer.Id,
            WalletId = buyer.WalletId,
            Fee = quote.Fee,
            Credit = quote.Credit,
            SubscriptionId = record.Subscription?.Id,
            PaymentMethodId = record.State.PaymentMethodId,
            CheckoutSessionId = session.Id,
            IsAttended = true,
        };
        return quote.Fee == Money.Zero ? null : quote.Kind switch
        {
            CheckoutPurchase.NewPlan => payment with
            {
                Kind = PaymentKind.Subscription,
                PlanId = session.PlanId,
                CycleId = CycleIds.Of(newId, record.MerchantNow),
            },
            CheckoutPurchase.Upgrade => payment with { Kind = PaymentKind.Upgrade, PlanId = session.PlanId },
            CheckoutPurchase.Bundle => payment with { Kind = PaymentKind.Bundle, CreditBundleId = session.CreditBundleId },
            CheckoutPurchase.TopUp => payment,
            _ => null,
        };
    }

    // The plan that the customer has already, paid and to be renewed: there is nothing to do. While this session's own payment runs, the
    // plan may have begun by it.
    private static bool IsSubscribed(CheckoutRecord record) =>
        record.State.Session.Mode == CheckoutMode.Subscription && record.Payment is null
        && record.Subscription is { Pending: null } present && present.PlanId == record.State.Session.PlanId && !IsDue(record);

    // A share of a cycle that is over would cost nothing, and its renewal was asked for with the plan as it is.
    private static bool IsRenewing(CheckoutRecord record) =>
        record is { State.Session.Mode: CheckoutMode.Subscription, Subscription.Cycle: { } cycle }
        && cycle.End <= record.MerchantNow && !IsDue(record);

    private static bool IsDue(CheckoutRecord record) => record is { Due: not null, Subscription: { } present }
        && present.PlanId == record.State.Session.PlanId && record.Due.Terms.SubscriptionId == present.Id;

    private static StoredQuote OfPlan(CheckoutRecord record, Plan plan, Money least)
    {
        if (IsDue(record))
        {
            return Quote(record, CheckoutPurchase.Due, record.Due!.Amount, record.Due.Terms.Credit);
        }

        if (record.Subscription is not { } present)
        {
            return Begin(record, plan);
        }

        var change = PlanChange.Decide(present, plan, record.MerchantNow, least);
        return change.Kind switch
        {
            PlanChangeKind.Upgrade => Quote(record, CheckoutPurchase.Upgrade, change.Amounts.Price, change.Amounts.Credit),
            PlanChangeKind.AtCycleEnd or PlanChangeKind.Stay => Quote(record, CheckoutPurchase.AtCycleEnd, Money.Zero, Money.Zero),
            _ => Begin(record, plan),
        };
    }

    private static StoredQuote Begin(CheckoutRecord record, Plan plan) => plan.HasCycles
        ? Quote(record, CheckoutPurchase.NewPlan, plan.Terms.PeriodAmount, plan.Terms.IncludedCredit)
        : Quote(record, CheckoutPurchase.Nothing, Money.Zero, Money.Zero);

    private static StoredQuote Quote(CheckoutRecord record, CheckoutPurchase kind, Money fee, Money credit) =>
        new(kind, WholeCents.Up(fee), credit, record.Now);

    private static string HashOf(CheckoutState state, StoredQuote quote, Money? next)
    {
        var (id, plan, card) = (state.Session.Id, state.Session.PlanId, state.PaymentMethodId);
        var agreed = $"{id:N} {plan:N} {card:N} {(short)quote.Kind} {quote.Fee.Units} {quote.Credit.Units} {next?.Units}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(agreed)))[..HashLength];
    }

    private static (QuoteLine[] Lines, DateTimeOffset? At, Money? Amount) Describe(CheckoutRecord record, StoredQuote quote)
    {
        var plan = record.Plan;
        var cycle = record.Subscription?.Cycle;
        switch (quote.Kind)
        {
            case CheckoutPurchase.NewPlan when plan is not null:
                var first = CycleTimes.First(record.MerchantNow, plan.Terms.Interval);
                return ([new QuoteLine(plan.Terms.Name, quote.Fee), .. IncludedIn(quote)], first.End, plan.Terms.PeriodAmount);
            case CheckoutPurchase.Upgrade when plan is not null && cycle is { } now:
                var share = Proration.Of(record.Subscription!.Plan, plan.Terms, now, record.MerchantNow);
                var days = $"{Days(share.RemainingSeconds)} of {Days(share.CycleSeconds)} days";
                var text = $"{plan.Terms.Name} until {Dollars.Day(now.End)}: {days}";
                return (
                    [new QuoteLine(text, quote.Fee > Money.Zero ? quote.Fee : null), .. IncludedIn(quote)], now.End,
                    plan.Terms.PeriodAmount);
            case CheckoutPurchase.AtCycleEnd when plan is not null && cycle is { } running:
                var present = record.Subscription!;
                var line = present.PlanId == plan.Id
                    ? $"You keep {plan.Terms.Name}"
                    : $"You keep {present.Plan.Name} until {Dollars.Day(running.End)}, then {plan.Terms.Name}";
                return plan.Terms.IsFree
                    ? ([new QuoteLine(line, null)], null, null)
                    : ([new QuoteLine(line, null)], running.End, plan.Terms.PeriodAmount);
            case CheckoutPurchase.Due when cycle is { } late:
                return (
                    [new QuoteLine($"Payment of {Dollars.Day(record.Due?.CreatedAt ?? late.Start)} is due", quote.Fee)], late.End,
                    plan?.Terms.PeriodAmount);
            case CheckoutPurchase.Bundle:
                return ([new QuoteLine(record.Bundle?.Name ?? "Credit", quote.Fee), .. IncludedIn(quote)], null, null);
            case CheckoutPurchase.TopUp:
                return ([new QuoteLine("Credit", quote.Fee)], null, null);
            default:
                return ([new QuoteLine("Free", Money.Zero)], null, null);
        }
    }

    private static QuoteLine[] IncludedIn(StoredQuote quote) =>
        quote.Credit == Money.Zero ? [] : [new QuoteLine($"Includes {Dollars.Text(quote.Credit)} of credit", null)];

    // A day that has begun is one.
    private static long Days(long seconds) => (seconds + 86_399) / 86_400;
}
