using Lava.Billing.Payments;
using Lava.Core;
using Lava.Server.Api.Credits;

namespace Lava.Server.Api.Payments;

/// <summary><c>/v1/payments/{id}/refunds</c> and <c>/v1/refunds/{id}</c>: money that goes back to whoever paid.</summary>
internal sealed class RefundEndpoints(ManagementDependencies dependencies, PaymentParts parts)
{
    private static readonly Money Cent = new(Money.UnitsPerDollar / 100);

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var amount = body.Amount("amount", Cent, CreditEndpoints.GrantMax);
        if (amount is { } given && WholeCents.Up(given) != given)
        {
            body.Errors.Add("amount", "must be whole cents");
        }

        var takesCredit = body.Flag("take_credit", absent: true);
        var reason = body.Text("reason").Value;
        var key = body.Text("idempotency_key").Value;
        body.Errors.ThrowIfAny();
        var payment = await FindPaymentAsync(call);

        // What is taken of credit counts every call that ended before this one.
        await call.CatchUpAsync();
        var wish = new NewRefund(
            Ids.New(dependencies.Time), call.Merchant.Id, payment.Id, amount, takesCredit, reason, key,
            ContentHash.Of(amount?.ToString(), takesCredit ? "credit" : null, reason))
        {
            Provider = parts.Providers.Of(call.Merchant.IsTest)?.Kind,
        };
        var opening = await parts.Refunds.OpenAsync(wish, CancellationToken.None);
        ThrowIfNotOpened(opening, body.Errors);
        await call.OkAsync(RefundView.From(opening.Refund!));
    }

    public async Task ListAsync(ApiCall call)
    {
        var payment = await FindPaymentAsync(call);
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await parts.RefundStore.ListAsync(payment.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<RefundView>.From(rows, limit, RefundView.From, row => Cursor.Encode(row.Id)));
    }

    public async Task GetAsync(ApiCall call)
    {
        var refund = Ids.TryParse(IdPrefix.Refund, call.Id, out var id)
            ? await parts.RefundStore.FindAsync(call.Merchant.Id, id, call.Aborted)
            : null;
        await call.OkAsync(RefundView.From(refund ?? throw ApiException.NotFound("refund")));
    }

    private static void ThrowIfNotOpened(RefundOpening opening, FieldErrors errors)
    {
        switch (opening.Outcome)
        {
            case RefundOpeningOutcome.NoPayment:
                throw ApiException.NotFound("payment");
            case RefundOpeningOutcome.NotPaid:
                throw new ApiException(ErrorCode.Conflict, "The payment was not paid: there is nothing to give back");
            case RefundOpeningOutcome.OtherProvider:
                throw new ApiException(
                    ErrorCode.Conflict, "The payment was made with another payment provider than the configured one: refund it there");
            case RefundOpeningOutcome.Conflict:
                throw new ApiException(ErrorCode.RequestConflict, "The idempotency_key was used with other content");
            case RefundOpeningOutcome.TooMuch:
                errors.Add("amount", $"must be at most {opening.Left}: what has not been given back of the payment");
                errors.ThrowIfAny();
                break;
        }
    }

    private async Task<Payment> FindPaymentAsync(ApiCall call) =>
        (Ids.TryParse(IdPrefix.Payment, call.Id, out var id)
            ? await parts.Store.FindAsync(call.Merchant.Id, id, call.Aborted)
            : null) ?? throw ApiException.NotFound("payment");
}
