using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Json;
using Lava.Server.Api.Subscriptions;

namespace Lava.Server.Hosting;

/// <summary>
/// The body of an event: <c>event</c>, and in <c>data</c> the customer as the API shows it, with the whole subscription, the balance and
/// the event's own facts beside it. An event of the merchant's own has no customer: its facts alone.
/// </summary>
internal sealed partial class EventBody(LegacySecret secrets, ILogger logger, TimeProvider time)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc cref="EventRenderer"/>
    public byte[]? Render(WebhookEvent told, EventSubject? subject)
    {
        try
        {
            return Write(told, subject);
        }
        catch (Exception failure)
        {
            // One that can't be written must not hold up all others.
            LogUnwritable(logger, failure, told.Sequence, WebhookEventNames.Of(told.Kind));
            return null;
        }
    }

    private byte[] Write(WebhookEvent told, EventSubject? subject)
    {
        var data = subject is null ? [] : Customer(subject);
        if (told.Facts is { } facts)
        {
            AddMissing(data, JsonNode.Parse(facts)!.AsObject());
        }

        var body = new JsonObject { ["event"] = WebhookEventNames.Of(told.Kind), ["data"] = data };
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            body.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private JsonObject Customer(EventSubject subject)
    {
        var view = CustomerView.From(subject.Customer, subject.IsTest, secrets)
            .With(subject.Customer.Customer, subject.Credit.Posted, time.GetUtcNow());
        var data = JsonSerializer.SerializeToNode(view, ApiJson.Shape.CustomerView)!.AsObject();
        data["subscription"] = Subscription(data["subscription"], subject);
        data["balance"] = new JsonObject { ["total_remaining"] = subject.Credit.Posted.ToString() };
        return data;
    }

    // What the customer shows of it in short comes first, with the name that the whole one lacks.
    private static JsonNode? Subscription(JsonNode? inShort, EventSubject subject)
    {
        if (subject.Subscription is not { } record)
        {
            return null;
        }

        var view = SubscriptionView.From(record, subject.IsTest, subject.Credit, isListed: false);
        var whole = JsonSerializer.SerializeToNode(view, ApiJson.Shape.SubscriptionView)!.AsObject();
        if (inShort is not JsonObject named)
        {
            return whole;
        }

        var both = named.DeepClone().AsObject();
        AddMissing(both, whole);
        return both;
    }

    private static void AddMissing(JsonObject target, JsonObject source)
    {
        foreach (var (name, value) in source)
        {
            if (!target.ContainsKey(name))
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhook event {Sequence} ({Name}) can't be written; nobody is told of it.")]
    private static partial void LogUnwritable(ILogger logger, Exception exception, long sequence, string name);
}
