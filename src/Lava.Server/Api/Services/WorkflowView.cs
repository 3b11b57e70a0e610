using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Scanning;

namespace Lava.Server.Api.Services;

/// <summary>How the result of an asynchronous job is fetched.</summary>
/// <param name="Kind">Always "poll".</param>
/// <param name="PollAfter">Seconds to wait between two questions.</param>
/// <param name="IdField">The member of the answer that names the job: "id", "data.task_id".</param>
/// <param name="UrlTemplate">What a caller gives as <c>u</c> to ask for it; <c>{job}</c> stands for the job's id.</param>
internal sealed record WorkflowView(string Kind, int PollAfter, string IdField, string UrlTemplate)
{
    private const string Poll = "poll";

    // Images take seconds, videos minutes.
    private const int Seconds = 5;

    /// <summary>
    /// The workflow; null where an endpoint begins no job, or only where it is asked to (a response in the background). The result is
    /// asked for where the table's path looks most like the one that begins the job.
    /// </summary>
    public static WorkflowView? From(Provider provider, ProviderEndpoint endpoint)
    {
        if (endpoint is not { Job: JobRole.Submit, Format: ApiFormat.Fields })
        {
            return null;
        }

        var id = endpoint.Answer.Where(member => member.Value == FieldRole.Id).Select(member => member.Key).FirstOrDefault();
        var result = provider.Endpoints.Where(other => other is { Job: JobRole.Result, Method: "GET" })
            .MaxBy(other => other.Path.AsSpan().CommonPrefixLength(endpoint.Path));
        if (id is null || result is null)
        {
            return null;
        }

        var query = result.JobParameter is { Length: > 0 } name ? $"?{name}={{job}}" : "";
        var path = result.Path.Replace("{model+}", "{model}", StringComparison.Ordinal);
        return new WorkflowView(Poll, Seconds, id, $"https://{ServiceRoutes.HostOf(provider, endpoint)}{path}{query}");
    }
}
