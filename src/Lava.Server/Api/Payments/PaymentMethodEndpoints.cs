using Lava.Billing.Payments;
using Lava.Core;
using Lava.Server.Api.Customers;

namespace Lava.Server.Api.Payments;

/// <summary><c>/v1/customers/{id}/payment_methods</c>: the cards on file.</summary>
internal sealed class PaymentMethodEndpoints(ManagementDependencies dependencies, PaymentParts parts)
{
    private readonly CustomerPublisher _customers = new(dependencies);

    public async Task CreateAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        if (!call.Merchant.IsTest)
        {
            throw new ApiException(ErrorCode.Forbidden, "Only test cards can be put on file, and these with a test key only");
        }

        if (parts.Providers.Test?.Kind != PaymentProviderKind.Sandbox)
        {
            throw new ApiException(ErrorCode.Forbidden, "Cards are added by checkout");
        }

        var body = await call.ReadBodyAsync();
        var token = body.RequiredText("token");
        var isDefault = body.Flag("is_default");
        var card = SandboxPayments.FindCard(token);
        if (card is null && token.Length > 0)
        {
            body.Errors.Add("token", "must name a test card: pm_card_visa");
        }

        body.Errors.ThrowIfAny();
        var method = new PaymentMethod
        {
            Id = Ids.New(dependencies.Time),
            CustomerId = customer.Id,
            Provider = PaymentProviderKind.Sandbox,
            Reference = token,
            Brand = card!.Brand,
            Last4 = card.Last4,
            ExpiryMonth = SandboxCard.ExpiryMonth,
            ExpiryYear = card.ExpiryYear,
            IsDefault = isDefault,
            CreatedAt = dependencies.Time.GetUtcNow(),
        };
        var added = await parts.Methods.AddAsync(call.Merchant.Id, customer.WalletId, method, CancellationToken.None)
            ?? throw ApiException.NotFound("customer");
        parts.Floors.Set(added.Floor);
        await _customers.RefreshAsync(call.Merchant.Id, customer.Id);
        await call.CreatedAsync(PaymentMethodView.From(added.Method, call.Merchant.IsTest));
    }

    public async Task ListAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await parts.Methods.ListAsync(customer.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<PaymentMethodView>.From(
            rows, limit, row => PaymentMethodView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    /// <summary>Makes a card the one that is charged.</summary>
    public async Task UpdateAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var body = await call.ReadBodyAsync();
        if (!body.Flag("is_default"))
        {
            body.Errors.Add("is_default", "must be true: a customer with cards always has one that is charged");
        }

        body.Errors.ThrowIfAny();
        if (!Ids.TryParse(IdPrefix.PaymentMethod, call.Part("method"), out var id)
            || await parts.Methods.MakeDefaultAsync(customer.Id, customer.WalletId, id, CancellationToken.None) is not { } chosen)
        {
            throw ApiException.NotFound("payment method");
        }

        parts.Floors.Set(chosen.Floor);
        await _customers.RefreshAsync(call.Merchant.Id, customer.Id);
        await call.OkAsync(PaymentMethodView.From(chosen.Method, call.Merchant.IsTest));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        if (!Ids.TryParse(IdPrefix.PaymentMethod, call.Part("method"), out var id)
            || await parts.Methods.DeleteAsync(customer.Id, customer.WalletId, id, CancellationToken.None) is not { } deleted)
        {
            throw ApiException.NotFound("payment method");
        }

        parts.Floors.Set(deleted.Floor);
        await DetachAsync(call, deleted.Method);
        await _customers.RefreshAsync(call.Merchant.Id, customer.Id);
        await call.OkAsync(new DeletedView(call.Format(IdPrefix.PaymentMethod, id), true));
    }

    // Nobody charges it any more, whether its provider has heard of that or not.
    private async Task DetachAsync(ApiCall call, PaymentMethod method)
    {
        if (parts.Providers.Of(call.Merchant.IsTest) is not { } provider || provider.Kind != method.Provider)
        {
            return;
        }

        try
        {
            await provider.DetachAsync(method.Reference, call.Merchant.IsTest, CancellationToken.None);
        }
        catch (Exception failure) when (failure is ProviderUnavailableException or ProviderRefusedException or HttpRequestException)
        {
            // It stays on file there, which harms nobody.
        }
    }
}
