using Lava.Metering.Catalog;

namespace Lava.Metering.Scanning;

/// <summary>Reads requests: JSON of every format, forms, recordings.</summary>
public static class RequestReading
{
    /// <summary>What a request says about its cost. Never throws.</summary>
    /// <param name="endpoint">Where it goes.</param>
    /// <param name="body">Its body.</param>
    /// <param name="contentType">The value of its Content-Type; empty where there is none.</param>
    /// <param name="facts">
    /// What was found. Unless the outcome is <see cref="PeekOutcome.Ok"/>, only <see cref="RequestFacts.Field"/> and
    /// <see cref="RequestFacts.FieldPath"/> hold.
    /// </param>
    /// <returns>A call without a body (GET, a job's result) is Ok, and counts what its endpoint counts of its own.</returns>
    public static PeekOutcome Read(
        ProviderEndpoint endpoint, ReadOnlySpan<byte> body, ReadOnlySpan<char> contentType, out RequestFacts facts)
    {
        facts = default;
        if (endpoint.Format == ApiFormat.None)
        {
            return PeekOutcome.Ok;
        }

        var isBodyless = endpoint.Method is "GET" or "HEAD" or "DELETE";
        if (endpoint.Format != ApiFormat.Fields)
        {
            return isBodyless ? PeekOutcome.Ok : RequestPeek.Peek(body, endpoint.Format, out facts);
        }

        if (isBodyless || body.IsEmpty)
        {
            return TakeNothing(endpoint, default, out facts);
        }

        if (FormPeek.IsForm(contentType))
        {
            return FormPeek.Peek(body, contentType, endpoint, out facts);
        }

        return IsRecording(endpoint, body, contentType)
            ? TakeNothing(endpoint, body, out facts)
            : FieldsPeek.Peek(body, endpoint, out facts);
    }

    // Sound as it is: only where a link to some may stand as well.
    private static bool IsRecording(ProviderEndpoint endpoint, ReadOnlySpan<byte> body, ReadOnlySpan<char> contentType) =>
        !contentType.Contains("json", StringComparison.OrdinalIgnoreCase)
        && endpoint.Fields.Request.Has(FieldRole.Recording)
        && !(contentType.IsEmpty && body.TrimStart(" \t\r\n"u8).StartsWith("{"u8));

    private static PeekOutcome TakeNothing(ProviderEndpoint endpoint, ReadOnlySpan<byte> recording, out RequestFacts facts)
    {
        var request = new FieldRequest(recording, endpoint.Fields.Request);
        if (!recording.IsEmpty)
        {
            request.TakeRecording(recording);
        }

        var outcome = request.Complete(endpoint);
        facts = request.Facts;
        return outcome;
    }
}
