using System.Text.RegularExpressions;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Services;

/// <summary>Which endpoints of a provider serve a model, and at which host.</summary>
internal static partial class ServiceRoutes
{
    // Paths that serve some of a provider's models alone, or stand on another host than its first; the first that matches counts.
    private static readonly (string Provider, string Path, Regex Models, string Host)[] Limits =
    [
        ("openai", "/chat/completions", NotResponsesAlone(), ""),
        ("openai", "/responses", NotChatAlone(), ""),
        ("azure", "/anthropic/", Claude(), ""),
        ("azure", "/", NotClaude(), ""),
        ("vertex", "/publishers/anthropic/", Claude(), ""),
        ("vertex", "/publishers/mistralai/", Mistral(), ""),
        ("vertex", "/publishers/google/", Google(), ""),
        ("vertex", "/endpoints/openapi/", WithMaker(), ""),
        ("bedrock", "/model/", WithVendor(), ""),
        ("bedrock", "/rerank", Any(), "bedrock-agent-runtime.*.amazonaws.com"),
        ("bedrock", "/anthropic/", Claude(), "bedrock-mantle.*.api.aws"),
        ("bedrock", "/", Gpt(), "bedrock-mantle.*.api.aws"),
        ("fal", "/", Any(), "queue.fal.run"),
    ];

    /// <summary>
    /// The endpoints, in the order of the table. Of those that only repeat a format under another base path, the first; a model that an
    /// endpoint stands for is served by that one alone.
    /// </summary>
    public static IEnumerable<ProviderEndpoint> Of(Provider provider, ModelPrice price)
    {
        var type = ServiceType.Of(price);
        var own = provider.Endpoints.Where(endpoint => IsOwn(endpoint, price.Model)).ToList();
        var serving = own.Count > 0
            ? own
            : [.. provider.Endpoints.Where(endpoint => endpoint.ModelLocation != ProviderModelLocation.Fixed
                && ServiceType.Serves(endpoint, ServiceType.Of(endpoint), type))];
        return serving.Where(endpoint => ServiceType.Of(endpoint) is not null && IsWithin(provider, endpoint, price.Model))
            .DistinctBy(endpoint => endpoint.Format == ApiFormat.Fields
                ? endpoint.Path
                : $"{endpoint.Format} {endpoint.Streams} {ServiceType.Of(endpoint)} {LastWord(endpoint.Path)}");
    }

    /// <summary>The host where an endpoint is called; may hold <c>*</c>, as the table does.</summary>
    public static string HostOf(Provider provider, ProviderEndpoint endpoint)
    {
        var host = LimitOf(provider, endpoint).Host;
        return host is { Length: > 0 } && provider.Hosts.Contains(host) ? host : provider.Hosts[0];
    }

    // "search" and its dearer sorts, "search-advanced".
    private static bool IsOwn(ProviderEndpoint endpoint, string model) => endpoint.ModelLocation == ProviderModelLocation.Fixed
        && (model == endpoint.ModelName || model.StartsWith(endpoint.ModelName + "-", StringComparison.Ordinal));

    private static bool IsWithin(Provider provider, ProviderEndpoint endpoint, string model) =>
        LimitOf(provider, endpoint).Models is not { } models || models.IsMatch(model);

    private static (string Provider, string Path, Regex Models, string Host) LimitOf(Provider provider, ProviderEndpoint endpoint) =>
        Array.Find(Limits, limit => limit.Provider == provider.Name && endpoint.Path.Contains(limit.Path, StringComparison.Ordinal));

    private static string LastWord(string path) => path[(path.LastIndexOfAny(['/', ':']) + 1)..];

    [GeneratedRegex("")]
    private static partial Regex Any();

    [GeneratedRegex("claude", RegexOptions.IgnoreCase)]
    private static partial Regex Claude();

    [GeneratedRegex("^(?!.*claude)", RegexOptions.IgnoreCase)]
    private static partial Regex NotClaude();

    [GeneratedRegex("mistral|codestral", RegexOptions.IgnoreCase)]
    private static partial Regex Mistral();

    [GeneratedRegex("^(gemini|imagen|veo|text-)", RegexOptions.IgnoreCase)]
    private static partial Regex Google();

    [GeneratedRegex("^gpt", RegexOptions.IgnoreCase)]
    private static partial Regex Gpt();

    [GeneratedRegex("/")]
    private static partial Regex WithMaker();

    [GeneratedRegex("^[a-z0-9]+\\.", RegexOptions.IgnoreCase)]
    private static partial Regex WithVendor();

    [GeneratedRegex("^(?!.*(codex|-pro$|deep-research))")]
    private static partial Regex NotResponsesAlone();

    [GeneratedRegex("^(?!.*(audio|search-preview))")]
    private static partial Regex NotChatAlone();
}
