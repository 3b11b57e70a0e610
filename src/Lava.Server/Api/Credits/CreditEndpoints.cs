using Lava.Billing.Credits;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.Credits;

/// <summary>A customer's money: <c>/v1/customers/{id}/credits</c>, <c>/balance</c> and <c>/ledger</c>.</summary>
internal sealed class CreditEndpoints(ManagementDependencies dependencies)
{
    /// <summary>The largest grant: a slip of the keyboard should not reach what <see cref="Money"/> can hold (922 million).</summary>
    public static readonly Money GrantMax = Money.FromDollars(1_000_000);

    public async Task GrantAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var body = await call.ReadBodyAsync();
        var grant = Read(call, customer, body);
        body.Errors.ThrowIfAny();
        var result = await dependencies.Grants.GiveAsync(grant, call.Aborted);
        switch (result.Outcome)
        {
            case GrantOutcome.Conflict:
                throw new ApiException(ErrorCode.RequestConflict, "The idempotency_key was used with other content");
            case GrantOutcome.Expired:
                // Asked of the store, not of the clock here: a repetition has its first answer, however late it comes.
                body.Errors.Add("expires_at", "must be in the future");
                body.Errors.ThrowIfAny();
                break;
        }

        await call.OkAsync(GrantView.From(result.Grant!, call.Merchant.IsTest));
    }

    public async Task ListAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        await call.CatchUpAsync();
        var rows = await dependencies.Grants.ListAsync(customer.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<GrantView>.From(
            rows, limit, row => GrantView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    /// <summary>From memory: it answers while PostgreSQL is away, without saying what the balance is made of.</summary>
    public async Task GetBalanceAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        if (!dependencies.Wallets.TryRead(customer.WalletId, out var balance))
        {
            throw new InvalidOperationException($"Wallet {customer.WalletId} of a customer is not open.");
        }

        await call.OkAsync(BalanceView.From(
            call.Format(IdPrefix.Customer, customer.Id), balance, await TrySplitAsync(call, customer.WalletId)));
    }

    private async Task<CreditSplit?> TrySplitAsync(ApiCall call, long walletId)
    {
        try
        {
            await call.CatchUpAsync();
            var splits = await dependencies.Stores.Credits.SplitAsync([walletId], call.Aborted);
            return splits.TryGetValue(walletId, out var split) ? split : null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    public async Task GetLedgerAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var limit = call.Query.Limit();
        var cursor = call.Query.EntryCursor();
        call.Query.Errors.ThrowIfAny();
        await call.CatchUpAsync();
        var rows = await dependencies.Stores.Ledger.ListAsync(customer.WalletId, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<LedgerEntryView>.From(
            rows, limit, row => LedgerEntryView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    private NewGrant Read(ApiCall call, Customer customer, RequestBody body)
    {
        var amount = body.RequiredAmount("amount", GrantMax);
        var reason = body.Text("reason").Value;
        var expiresAt = body.Time("expires_at");
        return new NewGrant
        {
            Id = Ids.New(dependencies.Time),
            MerchantId = call.Merchant.Id,
            CustomerId = customer.Id,
            WalletId = customer.WalletId,
            Amount = amount,
            Reason = reason,
            ExpiresAt = expiresAt,
            IdempotencyKey = body.Text("idempotency_key").Value,
            Fingerprint = ContentHash.Of(amount.ToString(), $"{expiresAt?.UtcTicks}", reason is null ? "" : "=" + reason),
        };
    }
}
