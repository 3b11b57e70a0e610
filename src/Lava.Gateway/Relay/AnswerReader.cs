using System.Text;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Relay;

/// <summary>
/// Puts into a record what an answer says of its use so far: at its end, and in the middle of it as if it broke off there. Leaves the
/// call and its scanner as they are, so that the end does not depend on how often it was read before.
/// </summary>
internal sealed class AnswerReader(ModelNames names)
{
    /// <summary>Fills in status, answer's id, model, tier and usage of a 2xx; returns the price of the model that answered.</summary>
    /// <param name="call">The call.</param>
    /// <param name="record">Its record, or a copy.</param>
    /// <param name="isWhole">Has the answer come to its end?</param>
    public ModelPrice? Read(GatewayCall call, UsageRecord record, bool isWhole)
    {
        var scanner = call.Scanner;
        record.Status = scanner.IsError ? RequestStatus.Error : RequestStatus.Completed;
        record.ErrorCode ??= scanner.IsError ? CallEnding.UpstreamError : null;
        if (record.ResponseId is null && !scanner.ResponseId.IsEmpty)
        {
            record.ResponseId = Encoding.UTF8.GetString(scanner.ResponseId);
        }

        if (call.Price is null)
        {
            // Free, or a job that goes on: that one's record keeps what its beginning said that it will use.
            var usage = record.Job == JobState.Running ? record.Usage : default;
            record.Usage = usage with { Certainty = UsageCertainty.Exact, Reason = UsageReason.None };
            return null;
        }

        record.ServiceTier = scanner.ServiceTier;
        record.ByModel = scanner.ByModel.Count == 0 ? [] : [.. scanner.ByModel];
        record.Usage = Judge(call, record, CallUsage.Complete(call.Target!.Endpoint, call.Facts, scanner), isWhole);
        var price = Serve(call, record, scanner.Model)?.At(record.ServiceTier, scanner.IsRegional);

        // A region whose price is the usual one is none, but for a model beside the one that answered.
        record.IsRegional = price is { IsRegional: true } || (scanner.IsRegional && record.ByModel.Length > 0);
        return price;
    }

    /// <summary>The model that answered prices the call, if it has a price.</summary>
    private ModelPrice? Serve(GatewayCall call, UsageRecord record, ReadOnlySpan<byte> served)
    {
        if (served.IsEmpty)
        {
            return call.Price;
        }

        record.Model = names.Get(served);
        return call.Pricing.Prices.TryFind(record.Provider, served, out var price) ? price : call.Price;
    }

    /// <summary>
    /// What is charged where the provider's figures are not the last word. Cut off: what was seen, filled up by an estimate from the bytes
    /// that passed. Nothing told, or nonsense: the estimate alone, with what the request counts where it is not tokens, and the certainty
    /// stays unknown. Never more than was reserved for, and never free but for an error that told nothing.
    /// </summary>
    private static Usage Judge(GatewayCall call, UsageRecord record, Usage usage, bool isWhole)
    {
        if (IsAbsurd(call, record, usage))
        {
            usage = new Usage { Reason = UsageReason.Absurd };
        }

        // What is not to be believed as a whole is not by its parts either.
        var isUnknown = usage.Certainty == UsageCertainty.Unknown;
        record.ByModel = isUnknown ? [] : record.ByModel;
        if (usage.Certainty == UsageCertainty.Exact || (call.Scanner.IsError && isUnknown))
        {
            return usage;
        }

        if (isUnknown && call.Target!.Endpoint.Format == ApiFormat.Fields)
        {
            usage = CallUsage.OfRequest(call.Target.Endpoint, call.Facts) with { Reason = usage.Reason };
        }

        // A body that could not be inflated shows no text: its size stands for it.
        var isBlind = call.Compressed is { IsBlind: true };
        var text = isBlind ? Math.Max(call.Scanner.OutputTextBytes, call.BodyBytes) : call.Scanner.OutputTextBytes;
        usage.Reason = isBlind ? UsageReason.Unreadable : usage.Reason;
        var estimate = call.EstimatedUsage(text);
        usage.InputTokens = usage.InputTokens == 0 ? estimate.InputTokens : usage.InputTokens;
        usage.OutputTokens = Math.Max(usage.OutputTokens, estimate.OutputTokens);
        if (usage.Reason is UsageReason.None or UsageReason.Cut || (usage.Reason == UsageReason.Missing && !isWhole))
        {
            usage.Reason = UsageReason.Cut;
            usage.Certainty = UsageCertainty.Partial;
        }

        return usage;
    }

    private static bool IsAbsurd(GatewayCall call, UsageRecord record, in Usage usage)
    {
        var isAbsurd = UsageSanity.IsAbsurd(usage, call.Estimate, call.Price!, record.ServiceTier);
        foreach (var part in record.ByModel)
        {
            isAbsurd |= UsageSanity.IsAbsurd(part.Usage, call.Estimate, call.Price!, record.ServiceTier);
        }

        return isAbsurd;
    }
}
