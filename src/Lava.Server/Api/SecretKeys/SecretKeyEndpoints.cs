using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.SecretKeys;

/// <summary><c>/v1/secret_keys</c>: who may call.</summary>
internal sealed class SecretKeyEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    private static readonly Dictionary<string, bool> Modes = new() { ["test"] = true, ["live"] = false };

    private readonly SecretKeyStore _store = dependencies.Stores.SecretKeys;

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var name = body.RequiredText("name");
        var isTest = body.Choice("mode", Modes) ?? call.Merchant.IsTest;
        body.Errors.ThrowIfAny();
        var merchant = call.Merchant;
        if (isTest != merchant.IsTest)
        {
            var sibling = await dependencies.Stores.Merchants.FindOfAccountAsync(merchant.Id, isTest, call.Aborted);
            merchant = sibling?.Merchant ?? throw ApiException.NotFound("mode of this account");
        }

        var (record, key) = await MakeAsync(merchant, name, call.Aborted);
        await call.CreatedAsync(SecretKeyView.From(record, isTest, key));
    }

    /// <summary>Makes a key that may call at once; its text is shown this once.</summary>
    public async Task<(SecretKeyRecord Record, string Key)> MakeAsync(Merchant merchant, string name, CancellationToken cancellationToken)
    {
        var key = SecretKeyText.New(merchant.IsTest);
        var record = new SecretKeyRecord(
            Ids.New(dependencies.Time), name, SecretKeyText.Hint(key), SecretKeyText.Digest(key), dependencies.Time.GetUtcNow());
        await gate.RunAsync(
            merchant.Id,
            async () =>
            {
                await _store.CreateAsync(merchant.Id, record, CancellationToken.None);
                var callable = new SecretKey { Id = record.Id, Digest = record.Digest, Merchant = merchant };
                return dependencies.Accounts.Swap(accounts => accounts.With(callable));
            },
            cancellationToken);
        return (record, key);
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
