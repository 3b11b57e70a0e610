using System.Text;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Relay;

/// <summary>
/// Puts into a record what an answer says of its use so far: at its end, and in the middle of it as if it broke off there. Leaves the
/// call and its scanner as they are, so that the end does not depend on how often it was read before.
/// </summary>
internal sealed class AnswerReader(ModelNames names)
{
    /// <summary>Fills in status, answer's id, model and usage of a 2xx; returns the price of the model that answered.</summary>
    public ModelPrice? Read(GatewayCall call, UsageRecord record)
    {
        var scanner = call.Scanner;
        record.Status = scanner.IsError ? RequestStatus.Error : RequestStatus.Completed;
        record.ErrorCode ??= scanner.IsError ? CallEnding.UpstreamError : null;
        if (record.ResponseId is null && !scanner.ResponseId.IsEmpty)
        {
            record.ResponseId = Encoding.UTF8.GetString(scanner.ResponseId);
        }

        record.Usage = call.Target!.Endpoint.IsMetered ? Complete(call, scanner.Usage) : new Usage { Certainty = UsageCertainty.Exact };
        return Serve(call, record, scanner.Model);
    }

    /// <summary>The model that answered prices the call, if it has a price.</summary>
    private ModelPrice? Serve(GatewayCall call, UsageRecord record, ReadOnlySpan<byte> served)
    {
        if (served.IsEmpty || call.Price is null)
        {
            return call.Price;
        }

        record.Model = names.Get(served);
        return call.Pricing.Prices.TryFind(record.Provider, served, out var price) ? price : call.Price;
    }

    /// <summary>Fills in what a cut-off answer did not say, within what was reserved for it.</summary>
    private static Usage Complete(GatewayCall call, Usage usage)
    {
        if (usage.Certainty == UsageCertainty.Exact || (call.Scanner.IsError && usage.Certainty == UsageCertainty.Unknown))
        {
            return usage;
        }

        // A body that could not be inflated shows no text: its size stands for it.
        var text = call.Compressed is null ? call.Scanner.OutputTextBytes : Math.Max(call.Scanner.OutputTextBytes, call.BodyBytes);
        var estimate = call.EstimatedUsage(text);
        usage.InputTokens = usage.InputTokens == 0 ? estimate.InputTokens : usage.InputTokens;
        usage.OutputTokens = Math.Max(usage.OutputTokens, estimate.OutputTokens);
        usage.Certainty = UsageCertainty.Partial;
        return usage;
    }
}
