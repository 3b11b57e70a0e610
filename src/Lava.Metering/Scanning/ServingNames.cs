namespace Lava.Metering.Scanning;

/// <summary>What providers call the tiers and regions at which they serve.</summary>
internal static class ServingNames
{
    /// <summary>The tier of this name; false where the name says nothing about one ("auto").</summary>
    public static bool TryGetTier(ReadOnlySpan<byte> name, out ServiceTier tier)
    {
        (var known, tier) = name.Length switch
        {
            // OpenAI, xAI, Groq: service_tier; Anthropic: service_tier and speed; Gemini: serviceTier.
            8 when name.SequenceEqual("priority"u8) || name.SequenceEqual("PRIORITY"u8) => (true, ServiceTier.Priority),
            4 when name.SequenceEqual("flex"u8) || name.SequenceEqual("FLEX"u8) => (true, ServiceTier.Flex),
            5 when name.SequenceEqual("batch"u8) => (true, ServiceTier.Batch),
            4 when name.SequenceEqual("fast"u8) => (true, ServiceTier.Fast),
            7 when name.SequenceEqual("default"u8) => (true, ServiceTier.Standard),
            8 when name.SequenceEqual("standard"u8) || name.SequenceEqual("STANDARD"u8) => (true, ServiceTier.Standard),

            // Capacity that is paid by the hour, at the usual price here: nobody tells what an hour's share is.
            5 when name.SequenceEqual("scale"u8) => (true, ServiceTier.Standard),

            // Vertex: usageMetadata.trafficType.
            9 when name.SequenceEqual("ON_DEMAND"u8) || name.SequenceEqual("on_demand"u8) => (true, ServiceTier.Standard),
            14 when name.SequenceEqual("ON_DEMAND_FLEX"u8) => (true, ServiceTier.Flex),
            18 when name.SequenceEqual("ON_DEMAND_PRIORITY"u8) => (true, ServiceTier.Priority),
            22 when name.SequenceEqual("PROVISIONED_THROUGHPUT"u8) => (true, ServiceTier.Standard),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>
    /// The tier that a request asks for. "auto" may be served as priority where the account has any, and a name that is not known may
    /// be anything: both are held at the dearer price. What was served is in the answer.
    /// </summary>
    public static ServiceTier GetAsked(ReadOnlySpan<byte> name)
    {
        var isStandard = name.SequenceEqual("standard_only"u8);
        return isStandard ? ServiceTier.Standard : TryGetTier(name, out var tier) ? tier : ServiceTier.Priority;
    }

    /// <summary>
    /// Is it a model of OpenAI's chat completions that searches once for each call (gpt-4o-search-preview, gpt-5-search-api)? The answer
    /// does not count it: the model's name is all there is.
    /// </summary>
    public static bool SearchesByName(ReadOnlySpan<byte> model) =>
        model.IndexOf("-search-preview"u8) >= 0 || model.IndexOf("-search-api"u8) >= 0;

    /// <summary>
    /// Does this region have a price of its own? Anthropic's inference_geo: "us" does, "global" and "not_available" don't.
    /// </summary>
    public static bool IsRegional(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && !name.SequenceEqual("global"u8) && !name.SequenceEqual("not_available"u8);
}
