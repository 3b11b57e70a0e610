using Lava.Metering.Catalog;

namespace Lava.Metering.Scanning;

/// <summary>What a call used, from its answer and from its request.</summary>
public static class CallUsage
{
    /// <summary>
    /// The usage of a call. For <see cref="ApiFormat.Fields"/> what the answer and its headers say counts, field by field, then what the
    /// request counts, then what the endpoint counts of its own; for the other formats the answer alone.
    /// <see cref="UsageCertainty.Exact"/>: the answer came to its end, and a count is known that is no estimate.
    /// <see cref="UsageCertainty.Partial"/>: it was cut off, or the length of an upload or of a text had to be estimated (then with
    /// <see cref="UsageReason.Missing"/>). <see cref="UsageCertainty.Unknown"/>: nothing is known, or a figure is malformed.
    /// An error counts nothing from the request; a job that is running or failed counts nothing at all.
    /// The answer that begins a job (<see cref="JobRole.Submit"/>) has what its request says that the job will use; a result that tells
    /// nothing has none, and the job then used what its beginning said.
    /// </summary>
    /// <param name="endpoint">Where the call went.</param>
    /// <param name="request">What <see cref="RequestReading.Read"/> found in its request.</param>
    /// <param name="scanner">Has read the answer.</param>
    public static Usage Complete(ProviderEndpoint endpoint, in RequestFacts request, ResponseScanner scanner)
    {
        var usage = scanner.Usage;
        var facts = scanner.Facts;
        if (endpoint.Format != ApiFormat.Fields
            || facts.IsError
            || facts.Job is JobState.Running or JobState.Failed
            || usage.Reason == UsageReason.Malformed)
        {
            return usage;
        }

        var told = FieldUsage.CountsOf(facts);
        var counts = told;
        OfferRequest(ref counts, request.Counts);
        OfferEndpoint(ref counts, endpoint, request.Choices);
        usage = FieldUsage.Of(counts, facts);
        if (usage.Certainty == UsageCertainty.Exact && UsesEstimate(told, request.Counts))
        {
            usage.Certainty = UsageCertainty.Partial;
            usage.Reason = UsageReason.Missing;
        }

        return usage;
    }

    /// <summary>
    /// What the request and its endpoint alone count, for an answer whose own figures are none. The certainty is
    /// <see cref="UsageCertainty.Unknown"/>.
    /// </summary>
    /// <param name="endpoint">Where the call went.</param>
    /// <param name="request">What <see cref="RequestReading.Read"/> found in its request, or what a job's beginning said.</param>
    public static Usage OfRequest(ProviderEndpoint endpoint, in RequestFacts request)
    {
        var counts = default(FieldCounts);
        OfferRequest(ref counts, request.Counts);
        OfferEndpoint(ref counts, endpoint, request.Choices);
        return counts.TryGetUsage(out var usage) ? usage : default;
    }

    // Where the provider counts tokens, they are the bill: the text's characters and the sound's length are theirs in another unit.
    private static void OfferRequest(ref FieldCounts counts, in Usage asked)
    {
        OfferPositive(ref counts, FieldRole.Images, asked.Images);
        OfferPositive(ref counts, FieldRole.Pages, asked.Pages);
        OfferPositive(ref counts, FieldRole.WebSearches, asked.WebSearches);
        OfferPositive(ref counts, FieldRole.ProviderUnits, asked.ProviderMicrounits);
        if (!counts.HasTokens)
        {
            OfferPositive(ref counts, FieldRole.InputCharacters, asked.InputCharacters);
            OfferPositive(ref counts, FieldRole.OutputCharacters, asked.OutputCharacters);
            OfferPositive(ref counts, FieldRole.InputSeconds, asked.InputMicroseconds);
            OfferPositive(ref counts, FieldRole.OutputSeconds, asked.OutputMicroseconds);
            OfferPositive(ref counts, FieldRole.InputTokens, asked.InputTokens);
        }
    }

    private static void OfferEndpoint(ref FieldCounts counts, ProviderEndpoint endpoint, int choices)
    {
        var own = default(FieldCounts);
        own.OfferAll(endpoint.Counts);
        if (own.TryMultiply(choices))
        {
            counts.OfferAll(own);
        }
    }

    private static void OfferPositive(ref FieldCounts counts, FieldRole role, long count)
    {
        if (count > 0)
        {
            counts.Offer(role, count);
        }
    }

    private static bool UsesEstimate(in FieldCounts told, in Usage asked) =>
        asked.Certainty == UsageCertainty.Partial
        && !told.HasTokens
        && (asked.InputTokens > 0 || (asked.InputMicroseconds > 0 && !told.Has(FieldRole.InputSeconds)));
}
