using Lava.Server.Api.Customers;
using Lava.Server.Api.SecretKeys;

namespace Lava.Server.Api.Accounts;

/// <summary><c>/v1/wallet_keys</c> of the SDKs 9 and 10: the merchant's secret keys, which do today what those keys did.</summary>
internal sealed class WalletKeyEndpoints(ManagementDependencies dependencies)
{
    private readonly SecretKeyEndpoints _keys = new(dependencies, dependencies.Gate);

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await dependencies.Stores.SecretKeys.ListAsync(call.Merchant.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<WalletKeyView>.From(
            rows, limit, row => WalletKeyView.From(row, call.Merchant), row => Cursor.Encode(row.Id)));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        await _keys.RevokeAsync(call);
        await call.OkAsync(new SuccessView(true));
    }

    public async Task RotateAsync(ApiCall call)
    {
        var (record, key) = await _keys.RotateAsync(call);
        await call.OkAsync(WalletKeyView.From(record, call.Merchant, key));
    }
}
