using System.Net;
using Lava.Server.Simulation.Requests;

namespace Lava.Server.Simulation.Answers;

/// <summary>Errors in the providers' shapes.</summary>
internal static class ErrorWriter
{
    private static ReadOnlySpan<byte> RetryInfo =>
        ",\"details\": [{\"@type\": \"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\": \"1s\"}]"u8;

    /// <summary>The error that a request asked for.</summary>
    public static Refusal Simulated(int status)
    {
        return new Refusal(status, $"Simulated error {status}.", null, status == 429 ? "rate_limit_exceeded" : null);
    }

    public static void Write(Provider provider, Refusal refusal, ulong seed, Utf8Buffer output)
    {
        switch (provider)
        {
            case Provider.Anthropic:
                output.Append("{\"type\":\"error\",\"error\":{\"type\":\""u8).AppendEscaped(AnthropicType(refusal.Status))
                    .Append("\",\"message\":\""u8).AppendEscaped(refusal.Message)
                    .Append("\"},\"request_id\":\"req_"u8).AppendHex(seed).Append("\"}"u8);
                break;
            case Provider.Gemini:
                output.Append("{\"error\": {\"code\": "u8).Append(refusal.Status)
                    .Append(",\"message\": \""u8).AppendEscaped(refusal.Message)
                    .Append("\",\"status\": \""u8).AppendEscaped(GeminiStatus(refusal.Status)).Append("\""u8);
                output.Append(refusal.Status == 429 ? RetryInfo : default).Append("}}"u8);
                break;
            default:
                output.Append("{\"error\":{\"message\":\""u8).AppendEscaped(refusal.Message)
                    .Append("\",\"type\":\""u8).AppendEscaped(OpenAiType(refusal.Status))
                    .Append("\",\"param\":"u8);
                AppendOrNull(output, refusal.Parameter);
                AppendOrNull(output.Append(",\"code\":"u8), refusal.Code);
                output.Append("}}"u8);
                break;
        }
    }

    private static void AppendOrNull(Utf8Buffer output, string? text)
    {
        if (text is null)
        {
            output.Append("null"u8);
        }
        else
        {
            output.Append("\""u8).AppendEscaped(text).Append("\""u8);
        }
    }

    private static string OpenAiType(int status) => status switch
    {
        429 => "requests",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    private static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    // The canonical codes of https://cloud.google.com/apis/design/errors, by HTTP status.
    private static string GeminiStatus(int status) => (HttpStatusCode)status switch
    {
        HttpStatusCode.BadRequest => "INVALID_ARGUMENT",
        HttpStatusCode.Unauthorized => "UNAUTHENTICATED",
        HttpStatusCode.Forbidden => "PERMISSION_DENIED",
        HttpStatusCode.NotFound => "NOT_FOUND",
        HttpStatusCode.Conflict => "ABORTED",
        HttpStatusCode.TooManyRequests => "RESOURCE_EXHAUSTED",
        HttpStatusCode.ServiceUnavailable => "UNAVAILABLE",
        HttpStatusCode.GatewayTimeout => "DEADLINE_EXCEEDED",
        >= HttpStatusCode.InternalServerError => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };
}
