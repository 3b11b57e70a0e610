using Lava.Core;

namespace Lava.Server.Api.Accounts;

/// <summary><c>/v1/wallet</c>: the merchant's own.</summary>
internal sealed class WalletEndpoints(ManagementDependencies dependencies)
{
    public Task GetAsync(ApiCall call)
    {
        var balance = dependencies.Wallets.TryRead(call.Merchant.WalletId, out var wallet) ? wallet.Posted : Money.Zero;

        // There is one for each merchant: it goes by the merchant's id.
        return call.OkAsync(new WalletView(call.Format(IdPrefix.Wallet, call.Merchant.Id), balance));
    }
}
