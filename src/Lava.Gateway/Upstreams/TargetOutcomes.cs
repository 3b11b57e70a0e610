using System.Diagnostics;
using Lava.Core;

namespace Lava.Gateway.Upstreams;

/// <summary>What a caller is told of each outcome.</summary>
public static class TargetOutcomes
{
    /// <summary>The error and its message, for every outcome but <see cref="TargetOutcome.Ok"/>.</summary>
    public static (ErrorCode Code, string Message) ToError(this TargetOutcome outcome) => outcome switch
    {
        TargetOutcome.Missing => (
            ErrorCode.InvalidRequest, "The query parameter u is missing: /v1/forward?u=https://api.openai.com/v1/chat/completions"),
        TargetOutcome.Duplicate => (ErrorCode.InvalidRequest, "The query parameter u stands more than once."),
        TargetOutcome.InvalidRoute => (ErrorCode.InvalidRequest, "What follows /v1/forward/ is not a provider's name."),
        TargetOutcome.TooLong => (ErrorCode.EndpointNotSupported, "The target URL is longer than 4096 characters."),
        TargetOutcome.Malformed => (ErrorCode.EndpointNotSupported, "The target is not a valid absolute URL."),
        TargetOutcome.ForbiddenCharacter => (ErrorCode.EndpointNotSupported, "The target URL holds a character that no URL may hold."),
        TargetOutcome.NotHttps => (ErrorCode.EndpointNotSupported, "The target URL is not https (wss is for WebSockets alone)."),
        TargetOutcome.UserInfo => (ErrorCode.EndpointNotSupported, "The target URL holds a user name or a password."),
        TargetOutcome.Fragment => (ErrorCode.EndpointNotSupported, "The target URL holds a fragment."),
        TargetOutcome.Port => (ErrorCode.EndpointNotSupported, "The target URL names another port than 443."),
        TargetOutcome.InvalidHost => (ErrorCode.EndpointNotSupported, "The target URL's host is not a valid host name."),
        TargetOutcome.IpAddress => (ErrorCode.EndpointNotSupported, "The target URL's host is an address: name the provider's host."),
        TargetOutcome.UnknownHost => (ErrorCode.EndpointNotSupported, "No known provider has the target URL's host."),
        TargetOutcome.DotSegment => (ErrorCode.EndpointNotSupported, "The target URL's path holds '.' or '..' as a segment."),
        TargetOutcome.NotMetered => (
            ErrorCode.EndpointNotSupported, "This method and path of the provider can't be metered, so they can't be paid."),
        TargetOutcome.ParameterTwice => (
            ErrorCode.EndpointNotSupported, "The model or the job stands in the target's query more than once: name one."),
        _ => throw new UnreachableException(),
    };
}
