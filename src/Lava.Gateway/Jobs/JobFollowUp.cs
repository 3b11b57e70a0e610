using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Gateway.Responses;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Jobs;

/// <summary>
/// Turns a job that nobody asks for into a call that asks: a customer who has the result delivered elsewhere must not get it free. Only
/// with a key that is at hand, the operator's or the merchant's stored one; a key of the caller's own was never kept.
/// </summary>
internal sealed class JobFollowUp(GatewayParts parts)
{
    private const string Job = "{job}";

    /// <summary>Puts merchant, target and key into the call; false where it can't be asked for.</summary>
    public bool TryPrepare(GatewayCall call, OpenJob job)
    {
        if (job.ProviderKeyType == ProviderKeyType.Unmanaged
            || !call.Accounts.Merchants.TryGetValue(job.Key.MerchantId, out var merchant)
            || !TryFindTarget(job, out var target))
        {
            return false;
        }

        call.Http.Request.Method = target.Endpoint.Method;
        call.Identity = new CallIdentity { Merchant = merchant };
        call.Target = target;
        var record = call.Record;
        record.Id = Ids.New(parts.Time);
        record.RequestId = Ids.Format(IdPrefix.Request, merchant.IsTest, record.Id);
        record.MerchantId = merchant.Id;
        record.Provider = target.Provider.Name;
        record.Endpoint = target.Display;
        record.PriceVersion = call.Pricing.Prices.Version;
        record.CycleStart = BillingCycle.StartOf(parts.Time.GetUtcNow());
        return KeyChoice.ChooseAgain(call, parts.ProviderKeys, job.ProviderKeyType) == GatewayOutcome.Ok;
    }

    /// <summary>
    /// The result's URL: on the host where the job was begun, the provider's path for results that looks most like the begun one.
    /// </summary>
    private bool TryFindTarget(OpenJob job, out Target target)
    {
        target = null!;
        var space = job.Endpoint.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || Parse(job.Endpoint[..space], job.Endpoint[(space + 1)..]) is not { } begun)
        {
            return false;
        }

        var result = begun.Provider.Endpoints
            .Where(endpoint => endpoint is { Job: JobRole.Result, Method: "GET" })
            .MaxBy(endpoint => endpoint.Path.AsSpan().CommonPrefixLength(begun.Endpoint.Path));
        if (result is null)
        {
            return false;
        }

        var model = Encoding.UTF8.GetString(begun.Model.Span);
        var id = Uri.EscapeDataString(job.Key.Id);
        var path = result.Path.Replace(Job, id, StringComparison.Ordinal)
            .Replace("{model+}", model, StringComparison.Ordinal).Replace("{model}", model, StringComparison.Ordinal);
        var host = new Uri(job.Endpoint[(space + 1)..]).Host;
        var query = result.JobParameter.Length == 0 ? "" : $"?{result.JobParameter}={id}";
        target = Parse("GET", $"https://{host}{path}{query}")!;
        return target is not null && !path.Contains('*', StringComparison.Ordinal) && target.Endpoint.Job == JobRole.Result;
    }

    private Target? Parse(string method, string url) =>
        parts.Targets.Parse(method, default, "u=" + Uri.EscapeDataString(url), out var target) == TargetOutcome.Ok ? target : null;
}
