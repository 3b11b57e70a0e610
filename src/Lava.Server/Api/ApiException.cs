using Lava.Core;

namespace Lava.Server.Api;

/// <summary>An answer other than success; thrown anywhere in an endpoint, written in one place.</summary>
internal sealed class ApiException(ErrorCode error, string message, IReadOnlyList<FieldError>? details = null) : Exception(message)
{
    public ErrorCode Error { get; } = error;

    public IReadOnlyList<FieldError>? Details { get; } = details;

    /// <summary>The <c>retry-after</c> header, seconds; null: the error's own.</summary>
    public string? RetryAfter { get; init; }

    public static ApiException NotFound(string what) => new(ErrorCode.NotFound, $"No such {what}");
}
