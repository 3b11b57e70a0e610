using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.SpendKeys;

/// <summary><c>/v1/spend_keys</c>: keys for calls alone, with rules of their own.</summary>
internal sealed class SpendKeyEndpoints(ManagementDependencies dependencies)
{
    // The second is what early SDKs call them.
    private static readonly string[] Paths = ["/spend_keys", "/manage/spend_keys"];

    private readonly LimitPublisher _limits = new(dependencies);
    private readonly SpendKeyStore _store = dependencies.Stores.SpendKeys;
    private readonly SpendKeyFields _fields = new(dependencies);

    private DateOnly Today => DateOnly.FromDateTime(dependencies.Time.GetUtcNow().UtcDateTime);

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes, ApiHandler handler)
    {
        foreach (var path in Paths)
        {
            new ResourceRoutes(routes, handler, path).Get(ListAsync).Post(CreateAsync).End();
            new ResourceRoutes(routes, handler, path + "/{id}").Get(GetAsync).Put(UpdateAsync).Delete(DeleteAsync).End();
            new ResourceRoutes(routes, handler, path + "/{id}/rotate").Post(RotateAsync).End();
        }
    }

    private async Task CreateAsync(ApiCall call)
    {
        var change = _fields.Read(await call.ReadBodyAsync(), isNew: true);
        var key = SpendKeyText.New();
        var record = change(new SpendKeyRecord
        {
            Id = Ids.New(dependencies.Time),
            Preview = SpendKeyText.Preview(key),
            Digest = SpendKeyText.Digest(key),
            CreatedAt = dependencies.Time.GetUtcNow(),
        });
        await dependencies.Gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                await _store.CreateAsync(call.Merchant.Id, record, CancellationToken.None);
                await PublishAsync(call.Merchant, record);
                return record;
            },
            call.Aborted);
        await call.CreatedAsync(SpendKeyView.From(record, call.Merchant, key));
    }

    private async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        await call.CatchUpAsync();
        var rows = await _store.ListAsync(call.Merchant.Id, cursor, limit + 1, Today, call.Aborted);
        await call.OkAsync(Page<SpendKeyView>.From(
            rows, limit, row => SpendKeyView.From(row, call.Merchant), row => Cursor.Encode(row.Id)));
    }

    private async Task GetAsync(ApiCall call)
    {
        var id = IdOf(call);
        await call.CatchUpAsync();
        var record = await _store.FindAsync(call.Merchant.Id, id, Today, call.Aborted) ?? throw NotFound();
        await call.OkAsync(SpendKeyView.From(record, call.Merchant));
    }

    private async Task UpdateAsync(ApiCall call)
    {
        var id = IdOf(call);
        var record = await ChangeAsync(call, id, _fields.Read(await call.ReadBodyAsync(), isNew: false));
        await call.OkAsync(SpendKeyView.From(record, call.Merchant));
    }

    private async Task RotateAsync(ApiCall call)
    {
        var key = SpendKeyText.New();
        var record = await ChangeAsync(
            call,
            IdOf(call),
            record => record with { Preview = SpendKeyText.Preview(key), Digest = SpendKeyText.Digest(key) });
        await call.CreatedAsync(SpendKeyView.From(record, call.Merchant, key));
    }

    private async Task DeleteAsync(ApiCall call)
    {
        var id = IdOf(call);
        var deleted = await dependencies.Gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var found = await _store.DeleteAsync(call.Merchant.Id, id, dependencies.Time.GetUtcNow(), CancellationToken.None);
                if (found.Exists)
                {
                    // Also one deleted before, whose answer may have been lost: no call may use it any more.
                    dependencies.Accounts.Swap(accounts => accounts.WithoutSpendKeys(id));
                }

                return found.Deleted;
            },
            call.Aborted);
        await (deleted ? call.OkAsync(new SuccessView(true)) : throw NotFound());
    }

    private async Task<SpendKeyRecord> ChangeAsync(ApiCall call, Guid id, Func<SpendKeyRecord, SpendKeyRecord> change) =>
        await dependencies.Gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var record = await _store.UpdateAsync(call.Merchant.Id, id, Today, change, CancellationToken.None);
                if (record is not null)
                {
                    await PublishAsync(call.Merchant, record);
                }

                return record;
            },
            call.Aborted)
        ?? throw NotFound();

    // By id: the answer to a rotation before may have been lost, and then the gateway still knows the key before that one.
    private async Task PublishAsync(Merchant merchant, SpendKeyRecord record)
    {
        var key = record.ToSpendKey(merchant);
        await _limits.OpenAsync(key.Id, key.Limits);
        dependencies.Accounts.Swap(accounts => accounts.WithoutSpendKeys(record.Id).With(key));
    }

    private static Guid IdOf(ApiCall call) => Ids.TryParse(IdPrefix.SpendKey, call.Id, out var id) ? id : throw NotFound();

    private static ApiException NotFound() => ApiException.NotFound("spend key");
}
