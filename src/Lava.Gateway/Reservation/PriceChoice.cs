using System.Text;
using Lava.Gateway.Jobs;
using Lava.Gateway.Responses;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Reservation;

/// <summary>
/// Step 4: the model's price. An unpriced model would be free: refused before anything is spent, or at the merchant's ceiling.
/// </summary>
internal sealed class PriceChoice(GatewayParts parts, ModelNames names)
{
    /// <summary>Puts model and price into the call; no price where nothing is metered.</summary>
    public GatewayOutcome Find(GatewayCall call)
    {
        var endpoint = call.Target!.Endpoint;
        if (!endpoint.IsMetered || (endpoint.Job == JobRole.Result && !TryFindJob(call)))
        {
            return GatewayOutcome.Ok;
        }

        if (JobBilling.MayBegin(call) && parts.Jobs.IsFull)
        {
            return GatewayOutcome.Overloaded;
        }

        Span<byte> scratch = stackalloc byte[RequestPeek.ModelBytesMax];
        var model = FindModel(call, scratch);
        if (model.IsEmpty)
        {
            call.Detail = call.IsWebSocket ? "A WebSocket has no body: add it to the target's query." : null;
            return GatewayOutcome.ModelMissing;
        }

        call.Record.Model = names.Get(model);
        call.Price = PriceOf(call, model);
        if (call.Price is null)
        {
            call.Detail = $"Model: {call.Record.Model}.";
            return GatewayOutcome.ModelUnpriced;
        }

        return call.Facts.MayNameOtherModels ? FindOthers(call) : GatewayOutcome.Ok;
    }

    private ModelPrice? PriceOf(GatewayCall call, ReadOnlySpan<byte> model)
    {
        var provider = call.Target!.Provider.Name;
        if (call.Pricing.Prices.TryFind(provider, model, out var price))
        {
            return price;
        }

        if (call.Identity.Merchant is { CeilingInput: { } input, CeilingOutput: { } output })
        {
            parts.Metrics.PricedByCeiling();
            return ModelPrice.CreateCeiling(provider, input, output);
        }

        return null;
    }

    /// <summary>
    /// The models that may answer in place of the first: each needs a price as that one does. What a tool calls may have none.
    /// </summary>
    private GatewayOutcome FindOthers(GatewayCall call)
    {
        if (!OtherModels.TryRead(call.Body.Span, out var models))
        {
            call.Detail = "The other models that it names (models, fallbacks) are too many, or none can have such a name.";
            return GatewayOutcome.BodyMalformed;
        }

        var others = new (string, ModelPrice?)[models.Count];
        for (var i = 0; i < others.Length; i++)
        {
            var (name, answers) = models[i];
            var price = PriceOf(call, Encoding.UTF8.GetBytes(name));
            if (price is null && answers)
            {
                call.Detail = $"Model: {name}.";
                return GatewayOutcome.ModelUnpriced;
            }

            others[i] = (name, price);
        }

        call.OtherModels = others;
        return GatewayOutcome.Ok;
    }

    private static ReadOnlySpan<byte> FindModel(GatewayCall call, Span<byte> scratch)
    {
        if (call.Job?.Model is { } begun)
        {
            return scratch[..Encoding.UTF8.GetBytes(begun, scratch)];
        }

        var target = call.Target!;
        var inBody = target.Endpoint.ModelLocation == ProviderModelLocation.Body;
        var model = inBody ? call.Facts.GetModel(call.Body.Span, scratch) : default;
        return model.IsEmpty ? target.Model.Span : model;
    }

    /// <summary>
    /// The job whose end the call asks for, if it is open. Who had it begun pays, whoever asks. Any other job was charged already or was
    /// not begun here: to ask for it is free.
    /// </summary>
    private bool TryFindJob(GatewayCall call)
    {
        var record = call.Record;
        if (!parts.Jobs.TryFind(JobKey.Of(call), out var job))
        {
            return false;
        }

        call.Job = job;
        record.Job = JobState.Asked;
        call.Facts = RequestFacts.OfJob(job.Counts);
        call.Meter = job.MeterId is { } meter && call.Pricing.Meters.TryGetValue(meter, out var found) ? found : null;
        record.CustomerId = job.CustomerId;
        var customers = parts.Accounts.Current.Customers;
        var payer = job.CustomerId is { } customerId && customers.TryGetValue(customerId, out var customer) ? customer : null;
        record.CycleStart = BillingCycle.StartOf(payer, parts.Time.GetUtcNow());
        record.MeterId = job.MeterId;
        record.SpendKeyId = job.SpendKeyId;
        record.Billed = job.Billed && call.Meter is not null;
        record.WalletId = job.Billed && !record.Billed ? call.Identity.Merchant.WalletId : job.WalletId;
        return true;
    }
}
