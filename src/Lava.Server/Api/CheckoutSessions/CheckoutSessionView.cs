using System.Text.Json;
using System.Text.Json.Serialization;
using Lava.Billing.Checkout;
using Lava.Core;
using Lava.Server.Api.Json;
using Lava.Server.Api.Meters;

namespace Lava.Server.Api.CheckoutSessions;

/// <summary>A checkout session as the API shows it; the ids under their older names, too.</summary>
internal sealed record CheckoutSessionView(
    string CheckoutSessionId,
    string CheckoutSessionToken,
    string CheckoutMode,
    string OriginUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CustomerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PlanId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CreditBundleId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReferenceId,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? CompletedAt,
    string Status,
    string CheckoutUrl)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConnectionId => CustomerId;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SubscriptionConfigId => PlanId;

    /// <param name="session">The session.</param>
    /// <param name="isTest">Is its merchant in test mode?</param>
    /// <param name="secrets">Make what opens it.</param>
    /// <param name="server">Where this server is called: a URL that ends with a slash.</param>
    /// <param name="now">Now.</param>
    public static CheckoutSessionView From(
        CheckoutSession session, bool isTest, LegacySecret secrets, string server, DateTimeOffset now)
    {
        var token = new CheckoutTokenView(secrets.FormatCheckout(isTest, session.Id), server);
        return new CheckoutSessionView(
            Ids.Format(IdPrefix.CheckoutSession, isTest, session.Id),
            Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(token, ApiJson.Shape.CheckoutTokenView)),
            CheckoutNames.Modes.NameOf(session.Mode),
            session.OriginUrl,
            session.CustomerId is { } customer ? Ids.Format(IdPrefix.Customer, isTest, customer) : null,
            session.PlanId is { } plan ? Ids.Format(IdPrefix.Plan, isTest, plan) : null,
            session.CreditBundleId is { } bundle ? Ids.Format(IdPrefix.CreditBundle, isTest, bundle) : null,
            session.ReferenceId,
            session.CreatedAt,
            session.ExpiresAt,
            session.CompletedAt,
            session.CompletedAt is not null ? "completed" : session.ExpiresAt <= now ? "expired" : "open",
            $"{server}checkout/{token.Secret}");
    }
}
