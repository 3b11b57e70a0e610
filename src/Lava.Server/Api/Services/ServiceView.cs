using System.Text.Json.Serialization;

namespace Lava.Server.Api.Services;

/// <summary>A model at one of its endpoints, how it is called, and what it costs.</summary>
/// <param name="Id">The catalog's name.</param>
/// <param name="Object">Always "model".</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="ProviderLabel">What people read.</param>
/// <param name="ApiReference">Where the API is described; null: not known here.</param>
/// <param name="Endpoint">The path.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="UrlTemplate">
/// What a caller gives as <c>u</c>; <c>{model}</c> stands for the model, <c>*</c> for what the caller has to choose.
/// </param>
/// <param name="Workflow">How the result is fetched, where the answer only names a job.</param>
/// <param name="ServiceType">What the endpoint does: chat, embedding, image …</param>
/// <param name="Managed">Has the operator a key for the provider?</param>
/// <param name="Pricing">What it costs.</param>
/// <param name="Capabilities">What has a price of its own.</param>
internal sealed record ServiceView(
    string Id,
    string Object,
    string Provider,
    string ProviderLabel,
    string? ApiReference,
    string Endpoint,
    string Method,
    string UrlTemplate,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WorkflowView? Workflow,
    string ServiceType,
    bool Managed,
    PricingView Pricing,
    IReadOnlyList<string> Capabilities);
