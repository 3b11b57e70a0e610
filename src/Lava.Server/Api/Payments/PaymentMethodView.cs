using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Server.Api.Payments;

/// <summary>A card on file as the API shows it.</summary>
internal sealed record PaymentMethodView(
    string PaymentMethodId,
    string CustomerId,
    string Brand,
    string Last4,
    int ExpiryMonth,
    int ExpiryYear,
    bool IsDefault,
    PaymentMethodErrorView? Error,
    DateTimeOffset CreatedAt)
{
    public static PaymentMethodView From(PaymentMethod method, bool isTest) => new(
        Ids.Format(IdPrefix.PaymentMethod, isTest, method.Id),
        Ids.Format(IdPrefix.Customer, isTest, method.CustomerId),
        method.Brand,
        method.Last4,
        method.ExpiryMonth,
        method.ExpiryYear,
        method.IsDefault,
        method is { ErrorCode: { } code, ErrorAt: { } at } ? new PaymentMethodErrorView(code, method.ErrorMessage, at) : null,
        method.CreatedAt);
}
