using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.ProviderKeys;

/// <summary><c>/v1/provider_keys</c>: a merchant's own keys for providers, used where a forward token brings none.</summary>
internal sealed class ProviderKeyEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    /// <summary>The longest key, characters: service account tokens are the longest in use, at 2 to 3 KiB.</summary>
    public const int KeyLengthMax = 4096;

    // Of a shorter key four characters would tell too much.
    private const int ShownFrom = 12;
    private const int Shown = 4;
    private readonly ProviderKeyStore _store = dependencies.Stores.ProviderKeys;

    public async Task PutAsync(ApiCall call)
    {
        var provider = FindProvider(call.Id);
        var body = await call.ReadBodyAsync();
        var key = body.RequiredText("key", VisibleAscii, KeyLengthMax);
        body.Errors.ThrowIfAny();
        var record = dependencies.ProviderKeys.Seal(
            call.Merchant.Id, provider, Encoding.ASCII.GetBytes(key), Hint(key), dependencies.Time.GetUtcNow());
        var stored = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var kept = await _store.PutAsync(record, CancellationToken.None);
                Publish(call, merchant => dependencies.ProviderKeys.With(merchant, kept));
                return kept;
            },
            call.Aborted);
        await call.OkAsync(ProviderKeyView.From(stored));
    }

    public async Task ListAsync(ApiCall call)
    {
        var rows = await _store.ListAsync(call.Merchant.Id, call.Aborted);
        await call.OkAsync(new Page<ProviderKeyView>([.. rows.Select(ProviderKeyView.From)], false, null));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var isThere = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var deleted = await _store.DeleteAsync(call.Merchant.Id, call.Id, CancellationToken.None);

                // Also one deleted before, whose answer may have been lost: no call may use it any more.
                var known = dependencies.Accounts.Current.Merchants.TryGetValue(call.Merchant.Id, out var merchant)
                    && merchant.ProviderKeys.ContainsKey(call.Id);
                Publish(call, merchant => ProviderKeyRing.Without(merchant, call.Id));
                return deleted || known;
            },
            call.Aborted);
        await (isThere ? call.OkAsync(new DeletedView(call.Id, true)) : throw ApiException.NotFound("provider key"));
    }

    private static string? VisibleAscii(string key) =>
        key.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be visible ASCII characters without blanks" : null;

    private static string Hint(string key) => key.Length < ShownFrom ? "..." : $"...{key[^Shown..]}";

    private void Publish(ApiCall call, Func<Merchant, Merchant> change) => dependencies.Accounts.Swap(accounts =>
        accounts.WithMerchants(merchant => merchant.Id == call.Merchant.Id ? change(merchant) : merchant));

    private string FindProvider(string name) => dependencies.Catalog.Providers.Any(provider => provider.Name == name)
        ? name
        : throw new ApiException(
            ErrorCode.InvalidParameter,
            $"No such provider; there are {string.Join(", ", dependencies.Catalog.Providers.Select(provider => provider.Name).Order())}");
}
