using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Estimates;

/// <summary><c>POST /v1/estimate</c>: what would this cost, and can the customer afford it? Reserves nothing.</summary>
internal sealed class EstimateEndpoints(ManagementDependencies dependencies)
{
    public async Task EstimateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var customerId = body.Text("customer_id").Value;
        var slug = body.RequiredText("meter_slug");
        var model = body.Text("model").Value;
        var provider = body.Text("provider").Value;
        var usage = ReadUsage(body);
        body.Errors.ThrowIfAny();

        var customer = customerId is null ? null : call.TryFindCustomer(customerId) ?? throw ApiException.NotFound("customer");
        var pricing = dependencies.Pricing.Current;
        if (!pricing.TryFindMeter(call.Merchant.Id, Encoding.UTF8.GetBytes(slug), out var meter))
        {
            throw ApiException.NotFound("meter");
        }

        var cost = Cost(call.Merchant, pricing.Prices, provider, model, meter, usage);
        var unitsBefore = customer is null
            ? 0
            : dependencies.Positions.Current(customer.Id, meter.Id, BillingCycle.StartOf(customer, dependencies.Time.GetUtcNow()));
        if (!ChargeCalculator.TryCharge(meter, usage, cost, unitsBefore, out var charge))
        {
            throw TooMuch();
        }

        var linked = customer is null || customer.Covers(meter.Id);
        await call.OkAsync(linked ? Answer(customer, cost, charge.Amount) : AnswerUnlinked(call.Merchant, customer!, cost));
    }

    private static Money Cost(Merchant merchant, PriceBook prices, string? provider, string? model, Meter meter, in Usage usage)
    {
        if (model is null)
        {
            return meter is { RateType: RateType.Fixed, BaseCostPayer: BaseCostPayer.Merchant }
                ? Money.Zero
                : throw new ApiException(ErrorCode.InvalidParameter, "model is required: the charge follows the provider's cost");
        }

        var price = Find(prices, provider, model) ?? Ceiling(merchant, provider)
            ?? throw new ApiException(ErrorCode.UnpricedModel, $"The model {model} has no price");
        return CostCalculator.TryCost(usage, price, out var cost) ? cost.Total : throw TooMuch();
    }

    /// <summary>Without a provider, the first in the catalog that has a model of this name: makers stand before resellers.</summary>
    internal static ModelPrice? Find(PriceBook prices, string? provider, string model)
    {
        var name = Encoding.UTF8.GetBytes(model);
        foreach (var candidate in provider is null ? prices.Providers : [provider])
        {
            if (prices.TryFind(candidate, name, out var price))
            {
                return price;
            }
        }

        return null;
    }

    internal static ModelPrice? Ceiling(Merchant merchant, string? provider) =>
        merchant is { CeilingInput: { } input, CeilingOutput: { } output } ? ModelPrice.CreateCeiling(provider ?? "", input, output) : null;

    private static Usage ReadUsage(RequestBody body) => new()
    {
        InputTokens = body.Count("input_tokens"),
        OutputTokens = body.Count("output_tokens"),
        CachedInputTokens = body.Count("cached_input_tokens"),
        InputCharacters = body.Count("input_characters"),
        OutputCharacters = body.Count("output_characters"),
        InputMicroseconds = body.Seconds("input_seconds"),
        OutputMicroseconds = body.Seconds("output_seconds"),
        Certainty = UsageCertainty.Exact,
    };

    private static ApiException TooMuch() => new(ErrorCode.InvalidParameter, "So much usage costs more than an amount can hold");

    // A meter outside the customer's plan charges nobody: the call passes, or the merchant refuses it.
    private EstimateView AnswerUnlinked(Merchant merchant, Customer customer, Money cost)
    {
        var answer = Answer(customer, cost, Money.Zero);
        return merchant.RefuseUnlinkedMeters ? answer with { Allowed = false, Reason = ErrorCode.MeterNotInPlan.Code }
            : answer with { Allowed = true, Reason = null };
    }

    private EstimateView Answer(Customer? customer, Money cost, Money charge)
    {
        if (customer is null)
        {
            return new EstimateView(true, cost, charge, null, null);
        }

        if (!dependencies.Wallets.TryRead(customer.WalletId, out var balance))
        {
            throw new InvalidOperationException($"Wallet {customer.WalletId} of a customer is not open.");
        }

        var isEnough = balance.Available >= charge;
        var reason = isEnough ? null : ErrorCode.InsufficientCredit.Code;
        return new EstimateView(isEnough, cost, charge, balance.Available, reason);
    }
}
