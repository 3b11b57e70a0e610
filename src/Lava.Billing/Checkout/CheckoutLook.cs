using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>How a session looks to one visit: what another visit has shown says nothing here.</summary>
internal static class CheckoutLook
{
    private static readonly CheckoutError ConfirmAgain = new("phone", "Confirm your phone again to go on. Nothing was charged.");

    /// <summary>The step.</summary>
    public static CheckoutStep StepOf(CheckoutServices services, CheckoutRecord record, UInt256 visit) => CheckoutSteps.Of(
        record.State, record.Payment, ProblemOf(services, record, visit), CheckoutQuotes.NeedsCard(record), visit, record.Now);

    /// <summary>Why it can't be bought; null: it can.</summary>
    public static CheckoutProblem? ProblemOf(CheckoutServices services, CheckoutRecord record, UInt256 visit) => CheckoutQuotes.ProblemOf(
        record.State.IsVerified(visit, record.Now) ? record : record with { Buyer = null },
        services.Providers.Of(record.IsTest) is not null);

    /// <summary>What is said to whoever wanted to go on, but has to show the phone once more; null: that is not so.</summary>
    public static CheckoutError? Again(CheckoutServices services, CheckoutRecord? record, UInt256 visit) =>
        record is not null && StepOf(services, record, visit) == CheckoutStep.Phone ? ConfirmAgain : null;

    /// <summary>May this visit change the session, or take it over?</summary>
    public static bool IsOpen(CheckoutServices services, CheckoutRecord record, UInt256 visit) =>
        visit != default
        && StepOf(services, record, visit) is CheckoutStep.Phone or CheckoutStep.Code or CheckoutStep.Card or CheckoutStep.Confirm;
}
