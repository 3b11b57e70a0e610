namespace Lava.Metering.Scanning;

/// <summary>
/// What a request body says about its cost, as offsets into the body: it holds no reference to it and stays valid as long as the body's
/// bytes do.
/// </summary>
public record struct RequestFacts
{
    private int _choices;

    /// <summary>The field that <see cref="PeekOutcome.WrongType"/> is about.</summary>
    public RequestField Field { get; internal set; }

    /// <summary>The same where an endpoint's own table names it: its path; else null.</summary>
    public string? FieldPath { get; internal set; }

    /// <summary>The model's name between its quotes; see <see cref="GetModel"/>.</summary>
    public ByteRange Model { get; internal set; }

    /// <summary>Does the model's name contain escapes?</summary>
    public bool ModelHasEscapes { get; internal set; }

    /// <summary>May it name models beside its own? <see cref="OtherModels"/> tells.</summary>
    public bool MayNameOtherModels { get; internal set; }

    /// <summary>Is a stream asked for in the body? (Gemini asks in the path.)</summary>
    public bool Stream { get; internal set; }

    /// <summary>Is the work to go on after the answer (Responses' background)? Its usage then stands only in a later answer.</summary>
    public bool Background { get; internal set; }

    /// <summary>The most output tokens per choice, where the request sets it; the larger of two spellings.</summary>
    public long? MaxOutputTokens { get; internal set; }

    /// <summary>The value that sets it: a number or null.</summary>
    public ByteRange MaxOutput { get; internal set; }

    /// <summary>The value of the second spelling, where both are there (OpenAI chat).</summary>
    public ByteRange MaxOutputOther { get; internal set; }

    /// <summary>
    /// Answers asked for, for all prompts together: 1 to <see cref="RequestPeek.ChoicesMax"/> × <see cref="RequestPeek.PromptsMax"/>.
    /// </summary>
    public int Choices
    {
        readonly get => Math.Max(_choices, 1) * Math.Max(Prompts, 1);
        internal set => _choices = value;
    }

    /// <summary>Answers asked for, for each prompt.</summary>
    internal readonly int ChoicesOfPrompt => _choices;

    /// <summary>Prompts in an array of them (legacy completions); 0 where there is none.</summary>
    internal int Prompts { get; set; }

    /// <summary>Is <c>stream_options.include_usage</c> true?</summary>
    public bool HasIncludeUsage { get; internal set; }

    /// <summary>The value of include_usage.</summary>
    public ByteRange IncludeUsage { get; internal set; }

    /// <summary>The value of stream_options: an object or null.</summary>
    public ByteRange StreamOptions { get; internal set; }

    /// <summary>The value of Gemini's generationConfig, or of converse's inferenceConfig: an object or null.</summary>
    public ByteRange GenerationConfig { get; internal set; }

    /// <summary>
    /// Does the body have content that its bytes do not count: links, files, images, documents, earlier responses, caches, tools that the
    /// provider runs? Then the input can be as large as the model's context window, whatever the body's size.
    /// </summary>
    public bool RemoteContent { get; internal set; }

    /// <summary>
    /// The most web searches that the provider may run and bill; 0 where the request asks for none. What limits them is the tool's own
    /// <c>max_uses</c> (Anthropic) or <c>max_tool_calls</c> (Responses), else <see cref="RequestPeek.WebSearchesMax"/>.
    /// </summary>
    public int WebSearches { get; internal set; }

    /// <summary>
    /// The service tier that the request asks for; null where it names none. "auto", and a name that is not known, may be served as
    /// <see cref="Metering.ServiceTier.Priority"/> and are that here; Anthropic's speed comes before its tier.
    /// </summary>
    public ServiceTier? ServiceTier { get; internal set; }

    /// <summary>What the request itself counts: the characters of a text to be spoken, images or seconds that are asked for.</summary>
    public Usage Counts { get; internal set; }

    /// <summary>Does it hold a recording, or a link to one, whose length only the answer tells?</summary>
    public bool HasRecording { get; internal set; }

    /// <summary>The offset after the body's opening brace.</summary>
    public int BodyStart { get; internal set; }

    /// <summary>The facts of a job whose end is asked for: what its beginning said that it would use.</summary>
    public static RequestFacts OfJob(in Usage counts) => new() { Counts = counts };

    /// <summary>
    /// The same facts with a model's name that begins so many bytes later; <see cref="RequestEdit.ModelPrefix"/> cuts them out of the body.
    /// The name has no escapes and more bytes than these.
    /// </summary>
    public readonly RequestFacts WithoutModelPrefix(int bytes) =>
        this with { Model = new ByteRange(Model.Offset + bytes, Model.Length - bytes) };

    /// <summary>The model's name; where it has escapes, in <paramref name="scratch"/> (<see cref="RequestPeek.ModelBytesMax"/>).</summary>
    public readonly ReadOnlySpan<byte> GetModel(ReadOnlySpan<byte> body, Span<byte> scratch) =>
        ModelHasEscapes ? JsonText.Unescape(Model.Of(body), scratch) : Model.Of(body);
}
