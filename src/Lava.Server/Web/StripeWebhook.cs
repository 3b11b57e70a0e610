using System.Buffers;
using System.Text.Json;
using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api;

namespace Lava.Server.Web;

/// <summary>
/// What Stripe tells: checked, kept, answered; handled afterwards. Five values of an event are kept, and nothing else of its body, which
/// holds client secrets. Whatever is not kept for good is not answered with 200: Stripe sends it again for three days.
/// </summary>
internal sealed partial class StripeWebhook(
    StripeOptions options, IProviderEventStore store, TimeProvider time, ILogger<StripeWebhook> log)
{
    /// <summary>Where it listens.</summary>
    public const string Path = "/webhooks/stripe";

    /// <summary>The largest event, in bytes: Stripe's are a few KiB.</summary>
    public const int BytesMax = 256 * 1024;

    /// <summary>Messages at once: each may hold its body and wait for the database.</summary>
    public const int ConcurrentMessages = 100;

    private static readonly byte[] Received = "{\"received\":true}"u8.ToArray();
    private int _running;

    /// <summary>Takes one message.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > ConcurrentMessages)
            {
                throw new ApiException(ErrorCode.Overloaded, "Too many messages at once, send it again later");
            }

            await TakeAsync(await ReadAsync(http.Request, http.RequestAborted), http);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = Received.Length;
            await http.Response.Body.WriteAsync(Received, http.RequestAborted);
        }
        catch (ApiException refused)
        {
            await AnswerWriter.WriteAsync(http, refused.Error, refused.Message);
        }
        catch (BadHttpRequestException bad)
        {
            await AnswerWriter.WriteAsync(http, ErrorCode.InvalidRequest, bad.Message);
        }
        catch (StoreUnavailableException away)
        {
            LogUnavailable(log, away.Message);
            await AnswerWriter.WriteAsync(http, ErrorCode.StoreUnavailable, "The database is not available, send it again later");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            LogFault(log, failure);
            await AnswerWriter.WriteAsync(http, ErrorCode.Internal, "Internal error");
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task TakeAsync(byte[] body, HttpContext http)
    {
        switch (StripeSignature.Check(http.Request.Headers["Stripe-Signature"], body, options.WebhookSecrets, time.GetUtcNow()))
        {
            case StripeSignatureOutcome.Wrong:
                LogRefused(log, "its signature is not Stripe's");
                throw new ApiException(ErrorCode.InvalidSignature, "The signature is not that of a configured secret");
            case StripeSignatureOutcome.Old:
                LogRefused(log, "it was signed at another time");
                throw new ApiException(
                    ErrorCode.TimestampOutOfTolerance,
                    $"The message was not signed within {StripeSignature.Tolerance.TotalSeconds} s of now");
        }

        using var document = Parse(body);
        var message = StripeEventMessage.Read(document.RootElement) ?? throw NoEvent();
        if (message.IsLive != options.IsLive)
        {
            LogRefused(log, "it is of the other mode, live or test");
        }
        else if (StripeEventKinds.Of(message.Kind) is not null)
        {
            await store.AddAsync(message.Event ?? throw NoEvent(), http.RequestAborted);
        }
    }

    private static ApiException NoEvent() => new(ErrorCode.InvalidRequest, "The body is not an event");

    private static JsonDocument Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            // Without the parser's words: they may repeat the body.
            throw new ApiException(ErrorCode.InvalidRequest, "The body is not JSON");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        while (request.ContentLength is null or <= BytesMax)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var isTooLarge = read.Buffer.Length > BytesMax;
            var whole = read.IsCompleted && !isTooLarge ? read.Buffer.ToArray() : null;

            // Before anything throws: Kestrel gives up a connection whose body was left in the middle of a read.
            request.BodyReader.AdvanceTo(whole is null && !isTooLarge ? read.Buffer.Start : read.Buffer.End, read.Buffer.End);
            if (isTooLarge)
            {
                break;
            }

            if (whole is not null)
            {
                return whole;
            }
        }

        throw new ApiException(ErrorCode.BodyTooLarge, $"The body is larger than {BytesMax} bytes");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message to Stripe's webhook was not taken: {Reason}")]
    private static partial void LogRefused(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stripe's webhook: PostgreSQL is not available ({Reason}); Stripe sends again")]
    private static partial void LogUnavailable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stripe's webhook failed")]
    private static partial void LogFault(ILogger log, Exception exception);
}
