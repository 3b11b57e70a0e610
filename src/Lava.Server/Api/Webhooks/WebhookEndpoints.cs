using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Webhooks;

/// <summary><c>/v1/webhooks</c>: who is told of a merchant's events.</summary>
internal sealed class WebhookEndpoints(ManagementDependencies dependencies)
{
    private readonly WebhookStore _store = dependencies.Stores.Webhooks;

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var name = body.RequiredText("name");
        var url = body.RequiredText("url", dependencies.WebhookTargets.Check, WebhookLimits.UrlLength);
        body.Errors.ThrowIfAny();
        var secret = WebhookSecrets.New();
        var record = new WebhookRecord(Ids.New(dependencies.Time), name, url, dependencies.Time.GetUtcNow());
        var secrets = dependencies.WebhookSecrets;
        var box = secrets.Seal(call.Merchant.Id, record.Id, secret);
        if (!await _store.CreateAsync(call.Merchant.Id, record, secrets.KeyId, box, CancellationToken.None))
        {
            throw new ApiException(
                ErrorCode.InvalidRequest, $"Webhook limit reached: a merchant has at most {WebhookLimits.PerMerchant}");
        }

        await call.CreatedAsync(WebhookView.From(record, call.Merchant.IsTest, secret));
    }

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await _store.ListAsync(call.Merchant.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<WebhookView>.From(
            rows, limit, row => WebhookView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    public async Task GetAsync(ApiCall call) => await call.OkAsync(
        WebhookView.From(await FindAsync(call, _store), call.Merchant.IsTest));

    public async Task UpdateAsync(ApiCall call)
    {
        var id = ParseId(call);
        var body = await call.ReadBodyAsync();
        var url = body.Text("url", dependencies.WebhookTargets.Check, WebhookLimits.UrlLength);
        var change = new WebhookChange(Given(body, "name", body.Text("name")), Given(body, "url", url));
        body.Errors.ThrowIfAny();
        var record = await _store.UpdateAsync(call.Merchant.Id, id, change, CancellationToken.None)
            ?? throw ApiException.NotFound("webhook");
        await call.OkAsync(WebhookView.From(record, call.Merchant.IsTest));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var id = ParseId(call);
        var deleted = await _store.DeleteAsync(call.Merchant.Id, id, dependencies.Time.GetUtcNow(), CancellationToken.None);
        await (deleted
            ? call.OkAsync(new DeletedView(call.Format(IdPrefix.Webhook, id), true))
            : throw ApiException.NotFound("webhook"));
    }

    /// <summary>The webhook that the path names.</summary>
    public static async Task<WebhookRecord> FindAsync(ApiCall call, WebhookStore store) =>
        await store.FindAsync(call.Merchant.Id, ParseId(call), call.Aborted) ?? throw ApiException.NotFound("webhook");

    private static Guid ParseId(ApiCall call) =>
        Ids.TryParse(IdPrefix.Webhook, call.Id, out var id) ? id : throw ApiException.NotFound("webhook");

    // Neither can be cleared.
    private static string? Given(RequestBody body, string name, Change<string?> change)
    {
        if (change.IsPresent && body.IsNull(name))
        {
            body.Errors.Add(name, "must not be null");
        }

        return change.Value;
    }
}
