namespace Lava.Metering.Scanning;

/// <summary>The usage that counts by their meaning come to.</summary>
internal static class FieldUsage
{
    /// <summary>What an answer's body says, then what its headers say.</summary>
    public static FieldCounts CountsOf(ResponseFacts facts)
    {
        var counts = facts.Fields is { } table ? table.Answer.Sum(facts.Told) : default;
        for (var role = FieldRole.InputTokens; role <= FieldRole.ProviderUnits; role++)
        {
            if (FieldRoles.TryGetCount(role, out var count) && facts.Headers.Has(count))
            {
                counts.Offer(role, facts.Headers[count]);
            }
        }

        return counts;
    }

    /// <summary>The normal form with its certainty. A job that is running or has failed has used nothing.</summary>
    public static Usage Of(in FieldCounts counts, ResponseFacts facts)
    {
        if (facts.Told.IsInsane || facts.Headers.IsInsane || !counts.TryGetUsage(out var usage) || !HasSaneCounts(usage))
        {
            return new Usage { Reason = UsageReason.Malformed };
        }

        if (facts.Job == JobState.Failed)
        {
            return new Usage { Certainty = UsageCertainty.Exact };
        }

        var reason = facts.IsFinal ? UsageReason.Missing : UsageReason.Cut;
        if (facts.Job == JobState.Running || !counts.HasAny)
        {
            return new Usage { Reason = reason, ProviderCost = usage.ProviderCost };
        }

        usage = UsageBounds.Apply(usage, facts.IsFinal);
        usage.Reason = facts.IsFinal ? UsageReason.None : UsageReason.Cut;
        return usage;
    }

    private static bool HasSaneCounts(in Usage usage)
    {
        Span<long> counts = stackalloc long[UsageCounts.Length];
        UsageCounts.CopyTo(usage, counts);
        foreach (var count in counts)
        {
            if (count is < 0 or > Usage.MaxCount)
            {
                return false;
            }
        }

        return true;
    }
}
