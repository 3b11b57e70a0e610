namespace Lava.Metering.Scanning;

/// <summary>
/// What a member of a body, a part of a form or a header means, in the tables of endpoints of <see cref="ApiFormat.Fields"/>.
/// </summary>
public enum FieldRole : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The model's name.</summary>
    Model,

    /// <summary>The response's or the job's id.</summary>
    Id,

    /// <summary>Generated text: counted for an estimate.</summary>
    Text,

    /// <summary>An error, where it is there and not null, false, 0 or empty.</summary>
    Error,

    /// <summary>How far a job is; the endpoint's table of states says what its text means.</summary>
    Status,

    /// <summary>
    /// Whether the answer is at its end: where the endpoint's table of states calls the text a success. A stream's figures are final only
    /// then, where its table has this.
    /// </summary>
    End,

    /// <summary>The service tier.</summary>
    ServiceTier,

    /// <summary>All input tokens, cached ones included; at a text of a request: the text whose tokens are to be estimated.</summary>
    InputTokens,

    /// <summary>Input tokens beside those read from or written to a cache.</summary>
    UncachedInputTokens,

    /// <summary>Input tokens that tools added, not in the input.</summary>
    ToolInputTokens,

    /// <summary>Of the input: read from a cache.</summary>
    CachedInputTokens,

    /// <summary>Of the input: written to a cache.</summary>
    CacheWriteInputTokens,

    /// <summary>Of the input: audio.</summary>
    AudioInputTokens,

    /// <summary>Of the input: images.</summary>
    ImageInputTokens,

    /// <summary>Output tokens.</summary>
    OutputTokens,

    /// <summary>Of the output: reasoning.</summary>
    ReasoningTokens,

    /// <summary>Reasoning that the output does not include.</summary>
    HiddenReasoningTokens,

    /// <summary>Of the output: audio.</summary>
    AudioOutputTokens,

    /// <summary>Of the output: images.</summary>
    ImageOutputTokens,

    /// <summary>All tokens: the input where nothing else tells it.</summary>
    TotalTokens,

    /// <summary>Images: a number, or each object, link or media type that stands there; an array's elements.</summary>
    Images,

    /// <summary>Pages.</summary>
    Pages,

    /// <summary>Searches.</summary>
    WebSearches,

    /// <summary>Characters in: a number in an answer; in a request a text, whose code points count.</summary>
    InputCharacters,

    /// <summary>Characters out.</summary>
    OutputCharacters,

    /// <summary>Seconds in.</summary>
    InputSeconds,

    /// <summary>Seconds out; in a request also a text as "5s".</summary>
    OutputSeconds,

    /// <summary>Thousandths of a second in.</summary>
    InputMilliseconds,

    /// <summary>Thousandths of a second out.</summary>
    OutputMilliseconds,

    /// <summary>Channels, each of which is billed for all seconds.</summary>
    Channels,

    /// <summary>The provider's own unit.</summary>
    ProviderUnits,

    /// <summary>What the provider says it cost, US dollars.</summary>
    Cost,

    /// <summary>What the provider says it cost, US cents.</summary>
    CostCents,

    /// <summary>What the provider says it cost, 10⁻¹⁰ US dollars.</summary>
    CostTicks,

    /// <summary>Of a request: a recording, or a link to one, whose length is told only by the answer.</summary>
    Recording,

    /// <summary>Of a request: how many of what is made, for each of which all else counts.</summary>
    Choices,

    /// <summary>Of a request: the most output tokens.</summary>
    MaxOutputTokens,

    /// <summary>Of a request: whether the answer is streamed.</summary>
    Stream,
}
