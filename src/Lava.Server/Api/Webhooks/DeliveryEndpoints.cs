using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Webhooks;

/// <summary><c>/v1/webhooks/{id}/deliveries</c>: what a webhook was told and how it took that; telling it once more.</summary>
internal sealed class DeliveryEndpoints(ManagementDependencies dependencies)
{
    private readonly WebhookStore _webhooks = dependencies.Stores.Webhooks;
    private readonly DeliveryStore _store = dependencies.Stores.Deliveries;

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.EntryCursor();
        var state = call.Query.Choice("state", DeliveryView.States);
        call.Query.Errors.ThrowIfAny();
        var webhook = await WebhookEndpoints.FindAsync(call, _webhooks);
        var rows = await _store.ListAsync(webhook.Id, state, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<DeliveryView>.From(
            rows, limit, row => DeliveryView.From(row, call.Merchant.IsTest), row => Cursor.Encode(Ids.Number(row.Id))));
    }

    public async Task GetAsync(ApiCall call)
    {
        var webhook = await WebhookEndpoints.FindAsync(call, _webhooks);
        await AnswerAsync(call, webhook, Number(call));
    }

    public async Task ReplayAsync(ApiCall call)
    {
        var webhook = await WebhookEndpoints.FindAsync(call, _webhooks);
        var replay = await _store.ReplayAsync(webhook.Id, Number(call), dependencies.Time.GetUtcNow(), CancellationToken.None);
        await AnswerAsync(call, webhook, replay ?? throw ApiException.NotFound("delivery"));
    }

    private static long Number(ApiCall call) =>
        Ids.TryParse(IdPrefix.Delivery, call.Part("delivery_id"), out var id) ? Ids.Number(id) : throw ApiException.NotFound("delivery");

    private async Task AnswerAsync(ApiCall call, WebhookRecord webhook, long number)
    {
        var record = await _store.FindAsync(webhook.Id, number, call.Aborted) ?? throw ApiException.NotFound("delivery");
        await call.OkAsync(DeliveryView.From(record, call.Merchant.IsTest));
    }
}
