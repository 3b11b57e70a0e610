using System.Globalization;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Responses;

/// <summary>What an error says of the hard limit that refused a call: which, how much of it is used, when it ends.</summary>
internal static class LimitErrorWriter
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // By scope, unit and cycle.
    private static readonly string[] Owners = ["The customer's limit", "The plan's limit", "The spend key's limit"];
    private static readonly string[] Units = [" tokens", " requests", " USD"];
    private static readonly string[] Times = ["a day", "a week", "a month", "a billing cycle", "in total"];

    /// <summary>One or two sentences.</summary>
    public static string Message(LimitRefusal refused)
    {
        var (unit, cycle, amount, scope) = refused.Limit;
        var first = unit == LimitUnit.Spend && scope == LimitScope.SpendKey ? "Service key spend limit exceeded. " : "";
        var left = amount - refused.Used;
        var state = left <= 0 ? "is reached" : $"leaves {Amount(unit, left)}, and this call can use {Amount(unit, refused.Required)}";
        var reset = refused.ResetsAt is { } at ? $"; it resets at {Text(at)}" : "";
        return $"{first}{Owners[(int)scope]} of {Amount(unit, amount)}{Units[(int)unit]} {Times[(int)cycle]} {state}{reset}.";
    }

    /// <summary>When to try again, and which limit it was.</summary>
    public static void WriteHeaders(IHeaderDictionary headers, LimitRefusal refused, long nowMicros)
    {
        headers["x-ratelimit-scope"] = LimitNames.Of(refused.Limit);
        if (refused.ResetsAt is { } at)
        {
            var wait = at - DateTimeOffset.UnixEpoch.AddMicroseconds(nowMicros);
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The member "details".</summary>
    public static void WriteDetails(Utf8JsonWriter json, LimitRefusal refused)
    {
        var (unit, cycle, amount, scope) = refused.Limit;
        json.WriteStartObject("details");
        json.WriteString("limit", LimitNames.Of(refused.Limit));
        json.WriteString("scope", LimitNames.Of(scope));
        json.WriteString("unit", LimitNames.Of(unit));
        json.WriteString("cycle", LimitNames.Of(cycle));
        WriteAmount(json, "amount", unit, amount);
        WriteAmount(json, "used", unit, refused.Used);
        WriteAmount(json, "required", unit, refused.Required);
        json.WriteString("resets_at", refused.ResetsAt is { } at ? Text(at) : null);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, string name, LimitUnit unit, long amount)
    {
        if (unit == LimitUnit.Spend)
        {
            json.WriteString(name, new Money(amount).ToString());
        }
        else
        {
            json.WriteNumber(name, amount);
        }
    }

    private static string Amount(LimitUnit unit, long amount) => unit == LimitUnit.Spend
        ? ((decimal)amount / Money.UnitsPerDollar).ToString("0.00########", CultureInfo.InvariantCulture)
        : amount.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
