using Lava.Metering;

namespace Lava.Server.Api.Requests;

/// <summary>The words of the API for a request's state.</summary>
internal static class RequestNames
{
    public static readonly IReadOnlyDictionary<string, RequestStatus> Statuses = new Dictionary<string, RequestStatus>
    {
        ["pending"] = RequestStatus.Pending,
        ["completed"] = RequestStatus.Completed,
        ["error"] = RequestStatus.Error,
    };
}
