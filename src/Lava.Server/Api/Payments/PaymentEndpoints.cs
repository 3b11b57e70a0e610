using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Server.Api.Payments;

/// <summary>
/// <c>/v1/payments</c> and <c>/v1/customers/{id}/bundles</c>: what cards were asked for, and credit that is bought with them.
/// </summary>
internal sealed class PaymentEndpoints(ManagementDependencies dependencies, PaymentParts parts)
{
    /// <summary>What a person may decide, by its name.</summary>
    public static readonly IReadOnlyDictionary<string, ReviewDecision> Decisions = new Dictionary<string, ReviewDecision>
    {
        ["credit"] = ReviewDecision.Credit,
        ["refund"] = ReviewDecision.Refund,
    };

    public async Task ListAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await parts.Store.ListAsync(customer.Id, cursor, limit + 1, call.Aborted);
        var refunded = await parts.RefundStore.SumAsync(rows.ConvertAll(row => row.Id), call.Aborted);
        await call.OkAsync(Page<PaymentView>.From(
            rows, limit, row => PaymentView.From(row, call.Merchant.IsTest, refunded.GetValueOrDefault(row.Id)),
            row => Cursor.Encode(row.Id)));
    }

    public async Task GetAsync(ApiCall call) => await ShowAsync(call, await FindAsync(call));

    /// <summary>Tries a declined payment again, now.</summary>
    public async Task RetryAsync(ApiCall call)
    {
        var found = await FindAsync(call);
        if (found.Status is PaymentStatus.Failed or PaymentStatus.Superseded)
        {
            throw new ApiException(ErrorCode.Conflict, "The payment has ended and is not attempted again");
        }

        var payment = await parts.Cards.RetryAsync(found, CancellationToken.None);
        if (found.Status == PaymentStatus.Attempting && payment.Status == PaymentStatus.Attempting)
        {
            throw new ApiException(ErrorCode.Conflict, "The payment is being attempted: ask for its result");
        }

        if (payment.Status == PaymentStatus.Review)
        {
            throw new ApiException(ErrorCode.PaymentInReview, "The payment must be looked at by a person and is not attempted again");
        }

        await AnswerAsync(call, payment);
    }

    /// <summary>A person decides what becomes of a payment in review.</summary>
    public async Task ReviewAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var decision = body.Choice("decision", Decisions, required: true);
        body.Errors.ThrowIfAny();
        var payment = await FindAsync(call);

        // What is taken of credit, for money that is back already, counts every call that ended before this one.
        await call.CatchUpAsync();
        var result = await parts.Reviews.DecideAsync(call.Merchant.Id, payment.Id, decision!.Value, CancellationToken.None);
        var now = result.Payment ?? throw ApiException.NotFound("payment");
        await (result.Outcome switch
        {
            ReviewOutcome.Done => ShowAsync(call, now),
            ReviewOutcome.NothingTaken => throw new ApiException(
                ErrorCode.PaymentInReview, "The provider took nothing that could be credited: decide \"refund\", which ends the payment"),
            ReviewOutcome.OtherCurrency => throw new ApiException(
                ErrorCode.PaymentInReview, "The provider has taken another currency than US dollars: it can only be refunded"),
            ReviewOutcome.NoProvider => throw new ApiException(
                ErrorCode.PaymentInReview, "The payment was made with another payment provider than the one that is configured"),
            ReviewOutcome.NoAnswer => throw new ApiException(
                ErrorCode.UpstreamUnreachable, "The payment provider does not say what it took: decide again later"),
            _ => throw new ApiException(
                ErrorCode.Conflict, $"The payment is {PaymentView.StatusName(now.Status)}: only one in review can be decided"),
        });
    }

    /// <summary>Buys a bundle with the card on file.</summary>
    public async Task BuyBundleAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var body = await call.ReadBodyAsync();
        var bundleId = body.RequiredText("credit_bundle_id");
        var key = body.RequiredText("idempotency_key");
        body.Errors.ThrowIfAny();
        var bundle = await FindBundleAsync(call, customer, bundleId, body.Errors);
        var (opening, payment) = await parts.Cards.OpenAsync(Wish(call.Merchant, customer, bundle, key), CancellationToken.None);
        ThrowIfNotOpened(opening);
        if (payment!.Terms.CreditBundleId != bundle.Id)
        {
            throw new ApiException(ErrorCode.RequestConflict, "The idempotency_key was used with other content");
        }

        await AnswerAsync(call, payment);
    }

    private async Task ShowAsync(ApiCall call, Payment payment)
    {
        var refunded = await parts.RefundStore.SumAsync([payment.Id], call.Aborted);
        await call.OkAsync(PaymentView.From(payment, call.Merchant.IsTest, refunded.GetValueOrDefault(payment.Id)));
    }

    private static NewPayment Wish(Merchant merchant, Customer customer, CreditBundle bundle, string key) => new()
    {
        Kind = PaymentKind.Bundle,
        MerchantId = merchant.Id,
        CustomerId = customer.Id,
        WalletId = customer.WalletId,
        Fee = bundle.Cost,
        Credit = bundle.CreditAmount,
        CreditBundleId = bundle.Id,
        PlanId = bundle.PlanId,
        IdempotencyKey = key,
    };

    private async Task<CreditBundle> FindBundleAsync(ApiCall call, Customer customer, string text, FieldErrors errors)
    {
        var bundle = Ids.TryParse(IdPrefix.CreditBundle, text, out var id)
            ? await dependencies.Stores.Plans.FindBundleAsync(call.Merchant.Id, id, call.Aborted)
            : null;
        if (bundle is null)
        {
            throw ApiException.NotFound("credit bundle");
        }

        if (bundle.PlanId != customer.PlanId)
        {
            errors.Add("credit_bundle_id", "must be a bundle of the plan that the customer is subscribed to");
            errors.ThrowIfAny();
        }

        return bundle;
    }

    private static void ThrowIfNotOpened(PaymentOpening opening)
    {
        switch (opening.Outcome)
        {
            case OpeningOutcome.NoCustomer:
                throw ApiException.NotFound("customer");
            case OpeningOutcome.NoMethod:
                throw new ApiException(ErrorCode.PaymentRequired, "The customer has no payment method that can be charged");
            case OpeningOutcome.TooSmall:
                throw new ApiException(ErrorCode.Conflict, "The amount is less than the payment provider charges");
            case OpeningOutcome.AlreadyOpen when opening.Payment is { Status: PaymentStatus.Waiting, Terms.Kind: PaymentKind.Renewal }:
                throw new ApiException(ErrorCode.Conflict, "The renewal of the customer's plan is due: retry its payment first");
            case OpeningOutcome.AlreadyOpen:
                throw new ApiException(ErrorCode.Conflict, "Another payment of the customer is being attempted, try again later");
        }
    }

    private async Task<Payment> FindAsync(ApiCall call) =>
        (Ids.TryParse(IdPrefix.Payment, call.Id, out var id)
            ? await parts.Store.FindAsync(call.Merchant.Id, id, call.Aborted)
            : null) ?? throw ApiException.NotFound("payment");

    // Declined: an error for whoever asked, with the payment's id to look it up.
    private Task AnswerAsync(ApiCall call, Payment payment)
    {
        if (payment is not { Status: PaymentStatus.Waiting or PaymentStatus.Failed, DeclineCode: { } code })
        {
            return ShowAsync(call, payment);
        }

        if (code == DeclineCodes.OtherProvider)
        {
            throw new ApiException(
                ErrorCode.PaymentRequired, "The customer's card is another payment provider's: ask the customer for a new one");
        }

        var error = ErrorCode.PaymentDeclined;
        var details = new DeclineDetails(code, call.Format(IdPrefix.Payment, payment.Id), payment.NextAttemptAt);
        return call.AnswerAsync(
            error.Status, new DeclineEnvelope(new DeclineView(error.Code, $"The card was declined: {code}", error.Status, details)));
    }
}
