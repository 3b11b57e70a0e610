using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Server.Api.Credits;

/// <summary><c>/v1/customers/{id}/adjustments</c>: refunds, corrections and debt written off, each with its reason.</summary>
internal sealed class AdjustmentEndpoints(ManagementDependencies dependencies)
{
    public async Task CreateAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var body = await call.ReadBodyAsync();
        var adjustment = Read(call, customer, body);
        body.Errors.ThrowIfAny();

        // What is written off, and what is left of a grant, counts every call that ended before this one.
        await call.CatchUpAsync();
        await CheckRequestAsync(call, customer, adjustment, body.Errors);
        var result = await dependencies.Adjustments.AdjustAsync(adjustment, call.Aborted);
        ThrowIfRefused(result, body.Errors);
        await call.OkAsync(AdjustmentView.From(result.Adjustment!, call.Merchant.IsTest));
    }

    public async Task ListAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await dependencies.Adjustments.ListAsync(customer.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<AdjustmentView>.From(
            rows, limit, row => AdjustmentView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    private NewAdjustment Read(ApiCall call, Customer customer, RequestBody body)
    {
        var kind = body.Choice("kind", AdjustmentView.Kinds, required: true);
        var amount = body.RequiredAmount("amount", CreditEndpoints.GrantMax, signed: kind == AdjustmentKind.Correction);
        var reason = body.RequiredText("reason");
        var key = body.Text("idempotency_key").Value;
        if (CreditTaking.KeyPrefixes.FirstOrDefault(own => key?.StartsWith(own, StringComparison.Ordinal) == true) is { } prefix)
        {
            body.Errors.Add("idempotency_key", $"must not begin with {prefix}: such keys are those of refunds and disputes");
        }

        var grantId = body.Text("grant_id").Value;
        var requestId = body.Text("request_id").Value;
        var remainingOnly = body.Flag("remaining_only");
        Only(AdjustmentKind.Refund, "grant_id", grantId is not null);
        Only(AdjustmentKind.Refund, "remaining_only", remainingOnly);
        Only(AdjustmentKind.Correction, "request_id", requestId is not null);
        return new NewAdjustment
        {
            Id = Ids.New(dependencies.Time),
            MerchantId = call.Merchant.Id,
            CustomerId = customer.Id,
            WalletId = customer.WalletId,
            Kind = kind ?? default,
            Amount = amount,
            Reason = reason,
            GrantId = kind == AdjustmentKind.Refund ? ReadGrantId(grantId, body.Errors) : null,
            RequestId = requestId,
            RemainingOnly = remainingOnly,
            IdempotencyKey = key,
            Fingerprint = ContentHash.Of($"{kind}", amount.ToString(), reason, grantId, remainingOnly ? "remaining" : "", requestId),
        };

        void Only(AdjustmentKind its, string field, bool isGiven)
        {
            if (isGiven && kind is { } given && given != its)
            {
                body.Errors.Add(field, $"belongs to another kind: leave it out of a {AdjustmentView.Name(given)}");
            }
        }
    }

    private static Guid? ReadGrantId(string? text, FieldErrors errors)
    {
        if (text is null)
        {
            errors.Add("grant_id", "is required: the credit that is refunded, from GET /v1/customers/{id}/credits");
            return null;
        }

        if (Ids.TryParse(IdPrefix.Grant, text, out var id))
        {
            return id;
        }

        errors.Add("grant_id", "must be the grant_id of one of the customer's credits");
        return null;
    }

    private async Task CheckRequestAsync(ApiCall call, Customer customer, NewAdjustment adjustment, FieldErrors errors)
    {
        if (adjustment.RequestId is not { } requestId)
        {
            return;
        }

        var request = await dependencies.Stores.Requests.FindAsync(call.Merchant.Id, requestId, call.Aborted);
        if (request?.CustomerId != customer.Id)
        {
            errors.Add("request_id", "must be the id of one of the customer's requests");
            errors.ThrowIfAny();
        }
    }

    private static void ThrowIfRefused(AdjustmentResult result, FieldErrors errors)
    {
        switch (result.Outcome)
        {
            case AdjustmentOutcome.Conflict:
                throw new ApiException(ErrorCode.RequestConflict, "The idempotency_key was used with other content");
            case AdjustmentOutcome.GrantUnknown:
                errors.Add("grant_id", "must be the grant_id of one of the customer's credits");
                break;
            case AdjustmentOutcome.GrantExceeded:
                errors.Add("amount", $"must be at most {result.Limit}: what has been neither refunded nor expired of the grant");
                break;
            case AdjustmentOutcome.GrantSpent:
                errors.Add("amount", "is more than is left unspent; ask for less, or leave out remaining_only, and it is owed");
                break;
            case AdjustmentOutcome.NothingOwed:
                errors.Add("kind", "can't be debt: the customer owes nothing");
                break;
        }

        errors.ThrowIfAny();
    }
}
