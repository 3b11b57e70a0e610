using System.Buffers;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Wallets;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Responses;

/// <summary>
/// Writes an error in a form that every dialect reads: <c>{"error":{"code","message","status"}}</c> with the members besides in which
/// OpenAI's and Anthropic's clients look for the type.
/// </summary>
internal static class ErrorWriter
{
    public static Task WriteAsync(HttpResponse response, GatewayOutcome outcome, GatewayCall? call = null)
    {
        var (code, message) = call?.Refusal ?? (GatewayErrors.Code(outcome), $"{GatewayErrors.Message(outcome)} {call?.Detail}".TrimEnd());
        var refused = call?.RefusedLimit;
        if (refused is not null)
        {
            message = LimitErrorWriter.Message(refused);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if ((call?.Target?.Endpoint ?? call?.Route?.Endpoint)?.Format == ApiFormat.AnthropicMessages)
            {
                json.WriteString("type", "error");
            }

            json.WriteStartObject("error");
            json.WriteString("code", code.Code);
            json.WriteString("type", code.Code);
            json.WriteString("message", message);
            json.WriteNumber("status", code.Status);
            if (call is not null && outcome is GatewayOutcome.InsufficientCredit or GatewayOutcome.BudgetExceeded)
            {
                var limit = outcome == GatewayOutcome.InsufficientCredit ? Limit(call!.Identity.Customer) : null;
                WriteShortfall(json, call!.Balance, call.Required, limit);
            }
            else if (refused is not null)
            {
                LimitErrorWriter.WriteDetails(json, refused);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        response.StatusCode = code.Status;
        response.Headers.RetryAfter = code.RetryAfter ?? response.Headers.RetryAfter;
        if (refused is not null)
        {
            LimitErrorWriter.WriteHeaders(response.Headers, refused, call!.NowMicros());
        }

        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        return response.BodyWriter.WriteAsync(buffer.WrittenMemory).AsTask();
    }

    private static void WriteShortfall(Utf8JsonWriter json, WalletBalance balance, Money required, string? limit)
    {
        json.WriteStartObject("details");
        json.WriteString("available", balance.Available.ToString());
        json.WriteString("required", required.ToString());
        json.WriteString("shortfall", (required - Money.Min(balance.Available, required)).ToString());
        if (limit is not null)
        {
            json.WriteString("limit", limit);
        }

        json.WriteEndObject();
    }

    /// <summary>What ended: the credit alone, or what the plan allows beyond it, and why that is not to be had.</summary>
    private static string Limit(Customer? customer) => customer?.Overage switch
    {
        { Hindrance: OverageHindrance.CardDeclined } => "card_declined",
        { Hindrance: OverageHindrance.NoPaymentMethod } => "no_payment_method",
        { Hindrance: OverageHindrance.PastDue } => "past_due",
        { Mode: OverageMode.AutoCharge } => "overage_limit",
        _ => "credit",
    };
}
