using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.SecretKeys;

/// <summary><c>/v1/secret_keys</c>: who may call.</summary>
internal sealed class SecretKeyEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    private readonly SecretKeyStore _store = dependencies.Stores.SecretKeys;

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var name = body.RequiredText("name");
        body.Errors.ThrowIfAny();
        var key = SecretKeyText.New(call.Merchant.IsTest);
        var record = new SecretKeyRecord(
            Ids.New(dependencies.Time), name, SecretKeyText.Hint(key), SecretKeyText.Digest(key), dependencies.Time.GetUtcNow());
        await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                await _store.CreateAsync(call.Merchant.Id, record, CancellationToken.None);
                var callable = new SecretKey { Id = record.Id, Digest = record.Digest, Merchant = call.Merchant };
                return dependencies.Accounts.Swap(accounts => accounts.With(callable));
            },
            call.Aborted);
        await call.CreatedAsync(SecretKeyView.From(record, call.Merchant.IsTest, key));
    }

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await _store.ListAsync(call.Merchant.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<SecretKeyView>.From(
            rows, limit, row => SecretKeyView.From(row, call.Merchant.IsTest), row => Cursor.Encode(row.Id)));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        if (!Ids.TryParse(IdPrefix.SecretKey, call.Id, out var id))
        {
            throw ApiException.NotFound("secret key");
        }

        var outcome = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var deletion = await _store.DeleteAsync(call.Merchant.Id, id, dependencies.Time.GetUtcNow(), CancellationToken.None);
                if (deletion.Outcome is SecretKeyDeleteOutcome.Deleted or SecretKeyDeleteOutcome.AlreadyDeleted)
                {
                    dependencies.Accounts.Swap(accounts => accounts.WithoutSecretKey(deletion.Digest));
                }

                return deletion.Outcome;
            },
            call.Aborted);
        await (outcome switch
        {
            SecretKeyDeleteOutcome.Deleted => call.OkAsync(new DeletedView(call.Format(IdPrefix.SecretKey, id), true)),
            SecretKeyDeleteOutcome.LastKey => throw new ApiException(ErrorCode.InvalidRequest, "The last secret key can't be deleted"),
            _ => throw ApiException.NotFound("secret key"),
        });
    }
}
