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
        await RevokeAsync(call);
        await call.OkAsync(new DeletedView(call.Id, true));
    }

    /// <summary>Deletes the key that the path names.</summary>
    public async Task RevokeAsync(ApiCall call)
    {
        var id = IdOf(call);
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
        if (outcome != SecretKeyDeleteOutcome.Deleted)
        {
            throw outcome == SecretKeyDeleteOutcome.LastKey
                ? new ApiException(ErrorCode.InvalidRequest, "The last secret key can't be deleted")
                : ApiException.NotFound("secret key");
        }
    }

    /// <summary>Another text for the key that the path names; the one before is not accepted any more.</summary>
    public async Task<(SecretKeyRecord Record, string Key)> RotateAsync(ApiCall call)
    {
        var id = IdOf(call);
        var key = SecretKeyText.New(call.Merchant.IsTest);
        var digest = SecretKeyText.Digest(key);
        var record = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var rotated = await _store.RotateAsync(call.Merchant.Id, id, SecretKeyText.Hint(key), digest, CancellationToken.None);
                if (rotated is not null)
                {
                    // By id: the answer to a rotation before may have been lost, and then the key before that one is still accepted.
                    var callable = new SecretKey { Id = id, Digest = digest, Merchant = call.Merchant };
                    dependencies.Accounts.Swap(
                        accounts => (accounts with { SecretKeys = accounts.SecretKeys.WithoutEach(old => old.Id == id) }).With(callable));
                }

                return rotated;
            },
            call.Aborted);
        return (record ?? throw ApiException.NotFound("secret key"), key);
    }

    private static Guid IdOf(ApiCall call) =>
        Ids.TryParse(IdPrefix.SecretKey, call.Id, out var id) ? id : throw ApiException.NotFound("secret key");
}
