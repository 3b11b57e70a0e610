using System.Text.Json.Serialization;
using Lava.Metering.Scanning;

namespace Lava.Metering.Catalog;

/// <summary>What one path of a provider means.</summary>
public sealed record ProviderEndpoint
{
    private FieldTable? _fields;

    /// <summary>A path that is not in the table and can't cost money.</summary>
    public static readonly ProviderEndpoint Unlisted = new() { Method = "", Path = "/**" };

    private const string InQuery = "query:";
    private const string Fixed = "name:";

    /// <summary>HTTP method in upper case.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>
    /// The path: segments are literal, <c>*</c> for any one segment, <c>{model}</c> or <c>{job}</c> with a literal suffix for the one
    /// that holds the model or an asynchronous job's id, <c>{model+}</c> for a model of one segment or more, or a last <c>**</c> for
    /// whatever follows.
    /// </summary>
    public required string Path
    {
        get => Pattern.Text;
        init => Pattern = new ProviderPath(value);
    }

    /// <summary>The shape of its requests and answers; <see cref="ApiFormat.None"/> for an endpoint that is free.</summary>
    public ApiFormat Format { get; init; }

    /// <summary>
    /// May <c>stream_options.include_usage</c> be added to a streamed request? Where it may not, the provider refuses it or needs it not.
    /// </summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Does the path itself say that the answer is streamed? Elsewhere the body does.</summary>
    public bool Streams { get; init; }

    /// <summary>Is it a WebSocket? Then it takes an upgrade and nothing else, and no other endpoint takes one.</summary>
    public bool WebSocket { get; init; }

    /// <summary>
    /// Where the model is named, where neither in the path's <c>{model}</c> nor in the body: <c>query:NAME</c> for a parameter of the
    /// query, <c>name:MODEL</c> for the one that the endpoint stands for. Empty: in the path, else in the body.
    /// </summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public string Model
    {
        get;
        init => field = value.Length == 0 || IsPlace(value, InQuery) || IsPlace(value, Fixed)
            ? value
            : throw new ArgumentException($"'{value}' is neither query:NAME nor name:MODEL.", nameof(value));
    } = "";

    /// <summary>The model where the request names none; empty: a request without a model is refused.</summary>
    public string DefaultModel { get; init; } = "";

    /// <summary>What it does with an asynchronous job; the path's <c>{job}</c> names the job of a result.</summary>
    public JobRole Job { get; init; }

    /// <summary>Where a job's id stands, where not in the path's <c>{job}</c>: <c>query:NAME</c> for a parameter of the query.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public string JobId
    {
        get;
        init => field = value.Length == 0 || IsPlace(value, InQuery)
            ? value
            : throw new ArgumentException($"'{value}' is not query:NAME.", nameof(value));
    } = "";

    /// <summary>The header that carries the key, where it is another than the provider's usual one.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>What stands before the key there.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>
    /// For <see cref="ApiFormat.Fields"/>: what the request says, by the path of a member of its JSON ("parameters.duration") or the name
    /// of a part of its form.
    /// </summary>
    public IReadOnlyDictionary<string, FieldRole> Request { get; init; } = new Dictionary<string, FieldRole>();

    /// <summary>What the answer says, by the path of a member of its JSON: "usage.seconds", "data[]" for each element.</summary>
    public IReadOnlyDictionary<string, FieldRole> Answer { get; init; } = new Dictionary<string, FieldRole>();

    /// <summary>What the answer's headers say, by their names; for every format.</summary>
    public IReadOnlyDictionary<string, FieldRole> Headers { get; init; } = new Dictionary<string, FieldRole>();

    /// <summary>What each answer that is no error counts of its own, where nothing else tells it.</summary>
    public IReadOnlyDictionary<FieldRole, long> Counts { get; init; } = new Dictionary<FieldRole, long>();

    /// <summary>What the texts of <see cref="FieldRole.Status"/> mean.</summary>
    public IReadOnlyDictionary<string, JobState> States { get; init; } = new Dictionary<string, JobState>();

    /// <summary>
    /// Its tables, compiled. What is wrong with them is told when the catalog loads, see <see cref="FieldTable.ErrorsOf"/>.
    /// </summary>
    [JsonIgnore]
    public FieldTable Fields => _fields ??= FieldTable.Create(this, []);

    /// <summary>Does it cost money?</summary>
    [JsonIgnore]
    public bool IsMetered => Format != ApiFormat.None;

    /// <summary>Where the request names its model.</summary>
    [JsonIgnore]
    public ProviderModelLocation ModelLocation =>
        Model.StartsWith(InQuery, StringComparison.Ordinal) ? ProviderModelLocation.Query
        : Model.StartsWith(Fixed, StringComparison.Ordinal) ? ProviderModelLocation.Fixed
        : Pattern.HasModel ? ProviderModelLocation.Path
        : IsMetered ? ProviderModelLocation.Body
        : ProviderModelLocation.None;

    /// <summary>The name of the parameter that holds the model, or of the model that the endpoint stands for; "" for neither.</summary>
    [JsonIgnore]
    public string ModelName => Model[(Model.IndexOf(':') + 1)..];

    /// <summary>The name of the parameter that holds the job's id; "" for none.</summary>
    [JsonIgnore]
    public string JobParameter => JobId[(JobId.IndexOf(':') + 1)..];

    internal ProviderPath Pattern { get; private init; } = ProviderPath.Any;

    private static bool IsPlace(string value, string prefix) =>
        value.Length > prefix.Length && value.StartsWith(prefix, StringComparison.Ordinal);
}
