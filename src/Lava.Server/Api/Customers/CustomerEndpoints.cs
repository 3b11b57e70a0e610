using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.Customers;

/// <summary><c>/v1/customers</c>: who pays. PostgreSQL first, then the wallet, then the snapshot that makes them callable.</summary>
internal sealed class CustomerEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    private readonly CustomerStore _store = dependencies.Stores.Customers;
    private readonly CustomerPublisher _publisher = new(dependencies);

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var values = ReadFields(body);
        body.Errors.ThrowIfAny();
        var id = Ids.New(dependencies.Time);
        var (record, created) = await gate.RunNewAsync(
            values.ReferenceId.Value is { } reference ? HashCode.Combine(call.Merchant.Id, reference) : id.GetHashCode(),
            () => CreateAsync(call, id, values),
            call.Aborted);
        await (created ? call.CreatedAsync(View(call, record)) : call.OkAsync(View(call, record)));
    }

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = call.Query.Text("reference_id") is { } reference
            ? await FindByReferenceAsync(call, reference)
            : await _store.ListAsync(call.Merchant.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<CustomerView>.From(rows, limit, row => View(call, row), row => Cursor.Encode(row.Customer.Id)));
    }

    public async Task GetAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var record = await _store.FindAsync(call.Merchant.Id, customer.Id, null, call.Aborted);
        await call.OkAsync(View(call, record ?? throw ApiException.NotFound("customer")));
    }

    public async Task UpdateAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var body = await call.ReadBodyAsync();
        var change = ReadFields(body);
        body.Errors.ThrowIfAny();
        var record = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var updated = await _store.UpdateAsync(call.Merchant.Id, customer.Id, change, CancellationToken.None);
                if (updated is not null)
                {
                    await _publisher.PublishAsync(updated);
                }

                return updated;
            },
            call.Aborted);
        await call.OkAsync(View(call, record ?? throw ApiException.NotFound("customer")));
    }

    /// <summary>The wallet stays open: calls that run settle on it.</summary>
    public async Task DeleteAsync(ApiCall call)
    {
        var customer = call.FindCustomer();

        // Before the gate, which a payment takes when it ends.
        await dependencies.Subscriptions.Changes.SettleDebtAsync(customer.Id, CancellationToken.None);
        await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var deleted = await _store.DeleteAsync(
                    call.Merchant.Id, customer.Id, dependencies.Time.GetUtcNow(), CancellationToken.None);

                // Also for one deleted before, whose answer may have been lost: nobody may call with it any more.
                dependencies.Accounts.Swap(accounts => accounts.Without(customer.Id));
                return deleted;
            },
            call.Aborted);
        await call.OkAsync(new SuccessView(true));
    }

    private async Task<(CustomerRecord Record, bool Created)> CreateAsync(ApiCall call, Guid id, CustomerChange values)
    {
        var result = await _store.CreateAsync(id, call.Merchant.Id, values, dependencies.Time.GetUtcNow(), CancellationToken.None);
        if (result.Created)
        {
            // Nobody could name it yet, so that no change of it can be under way.
            await _publisher.PublishAsync(result.Record);
        }
        else if (!dependencies.Accounts.Current.Customers.TryGetValue(result.Record.Customer.Id, out _))
        {
            // The answer to its making was lost before it was shown to the gateway.
            await _publisher.RefreshAsync(call.Merchant.Id, result.Record.Customer.Id);
        }

        return result;
    }

    // The filter of the 2025 SDKs.
    private async Task<List<CustomerRecord>> FindByReferenceAsync(ApiCall call, string reference) =>
        await _store.FindAsync(call.Merchant.Id, null, reference, call.Aborted) is { } record ? [record] : [];

    private static CustomerChange ReadFields(RequestBody body) => new()
    {
        ReferenceId = body.Text("reference_id", TextRules.ReferenceId),
        Name = body.Text("name"),
        Email = body.Text("email", TextRules.Email),
        Phone = body.Text("phone", TextRules.Phone),
        Metadata = body.Metadata("metadata"),
        Limits = LimitFields.Read(body, LimitScope.Customer),
    };

    private CustomerView View(ApiCall call, CustomerRecord record) =>
        CustomerView.From(record, call.Merchant.IsTest, dependencies.LegacySecrets)
            .With(record.Customer, Posted(record.Customer.WalletId), dependencies.Time.GetUtcNow());

    private Money Posted(long walletId) => dependencies.Wallets.TryRead(walletId, out var wallet) ? wallet.Posted : Money.Zero;
}
