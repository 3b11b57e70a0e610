using Lava.Server.Api.Accounts;
using Lava.Server.Api.Auth;
using Lava.Server.Api.Customers;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Api.Settings;
using Lava.Server.Api.SpendKeys;
using Lava.Server.Api.Webhooks;

namespace Lava.Server.Api.OpenApi;

/// <summary>Keys, settings and webhooks of the merchant.</summary>
internal static class KeyOperations
{
    public static readonly ApiOperation[] All =
    [
        new("GET", "/v1/secret_keys", "listSecretKeys", "Lists secret keys, without the keys themselves", typeof(Page<SecretKeyView>))
        {
            Query = ApiField.List(),
        },
        new("POST", "/v1/secret_keys", "createSecretKey", "Makes a secret key, shown this once", typeof(SecretKeyView))
        {
            Body = [ApiField.Required("name"), new("mode", ApiFieldType.Text, false, ["test", "live"])],
            Status = StatusCodes.Status201Created,
        },
        new("DELETE", "/v1/secret_keys/{id}", "deleteSecretKey", "Revokes a secret key; the last one stays", typeof(DeletedView)),
        new("GET", "/v1/provider_keys", "listProviderKeys", "Lists the providers whose keys are stored", typeof(Page<ProviderKeyView>)),
        new("PUT", "/v1/provider_keys/{id}", "putProviderKey", "Stores a key for a provider, encrypted", typeof(ProviderKeyView))
        {
            Body = [ApiField.Required("key")],
        },
        new("DELETE", "/v1/provider_keys/{id}", "deleteProviderKey", "Forgets the key for a provider", typeof(SuccessView)),
        new("GET", "/v1/settings", "getSettings", "The merchant's settings", typeof(SettingsView)),
        new("PATCH", "/v1/settings", "updateSettings", "Changes settings", typeof(SettingsView))
        {
            Body =
            [
                ApiField.Text("unlinked_meters"), ApiField.Amount("low_balance"), ApiField.Text("support_contact"),
                new(
                    "unpriced_models", ApiFieldType.Object, false, null,
                    ApiField.Amount("input_rate", isRequired: true), ApiField.Amount("output_rate", isRequired: true)),
            ],
        },
        new("GET", "/v1/wallet", "getWallet", "The merchant's own wallet", typeof(WalletView)),
        new("GET", "/v1/wallet_keys", "listWalletKeys", "Lists secret keys under their older name", typeof(Page<WalletKeyView>))
        {
            Query = ApiField.List(),
        },
        new("DELETE", "/v1/wallet_keys/{id}", "deleteWalletKey", "Revokes a secret key; the last one stays", typeof(SuccessView)),
        new("POST", "/v1/wallet_keys/{id}/rotate", "rotateWalletKey", "Gives a key another text, shown this once", typeof(WalletKeyView)),
        .. SpendKeys("/v1/spend_keys", ""),
        .. SpendKeys("/v1/manage/spend_keys", "Manage"),
        new("GET", "/v1/webhooks", "listWebhooks", "Lists webhooks", typeof(Page<WebhookView>)) { Query = ApiField.List() },
        new("POST", "/v1/webhooks", "createWebhook", "Makes a webhook; its secret is shown this once", typeof(WebhookView))
        {
            Body = [ApiField.Required("name"), ApiField.Required("url")], Status = StatusCodes.Status201Created,
        },
        new("GET", "/v1/webhooks/{id}", "getWebhook", "A webhook", typeof(WebhookView)),
        new("PATCH", "/v1/webhooks/{id}", "updateWebhook", "Changes a webhook", typeof(WebhookView))
        {
            Body = [ApiField.Text("name"), ApiField.Text("url")],
        },
        new("DELETE", "/v1/webhooks/{id}", "deleteWebhook", "Deletes a webhook", typeof(DeletedView)),
        new("GET", "/v1/webhooks/{id}/deliveries", "listDeliveries", "Lists what a webhook was told", typeof(Page<DeliveryView>))
        {
            Query = ApiField.List(ApiField.Choice("state", DeliveryView.States)),
        },
        new("GET", "/v1/webhooks/{id}/deliveries/{delivery_id}", "getDelivery", "A delivery with its body", typeof(DeliveryView)),
        new("POST", "/v1/webhooks/{id}/deliveries/{delivery_id}/replay", "replayDelivery", "Sends it again", typeof(DeliveryView)),
        new("POST", "/v1/auth/callback", "exchangeAuthCode", "Makes a secret key for a signed-in command line", typeof(CredentialsView))
        {
            Body = [ApiField.Required("code")], IsPublic = true,
        },
    ];

    private static ApiField[] SpendKeyFields(bool isNew) =>
    [
        new("name", ApiFieldType.Text, isNew), ApiField.Choice("status", SpendKeyNames.Statuses),
        ApiField.Choice("request_shape", SpendKeyNames.Shapes), new("allowed_models", ApiFieldType.Texts),
        new("allowed_providers", ApiFieldType.Texts), new("expires_at", ApiFieldType.Time),
        new(
            "spend_limit", ApiFieldType.Object, false, null,
            ApiField.Amount("amount", isRequired: true), ApiField.Choice("cycle", SpendKeyNames.Cycles, isRequired: true)),
        new(
            "request_limit", ApiFieldType.Object, false, null,
            new("count", ApiFieldType.Count, true), ApiField.Choice("cycle", SpendKeyNames.Cycles, isRequired: true)),
        new("rate_limit", ApiFieldType.Object, false, null, new("rpm", ApiFieldType.Count, true), new("burst", ApiFieldType.Count)),
    ];

    // Twice: early SDKs know them under another path.
    private static ApiOperation[] SpendKeys(string path, string prefix) =>
    [
        new("GET", path, $"list{prefix}SpendKeys", "Lists spend keys with what they used", typeof(Page<SpendKeyView>))
        {
            Query = ApiField.List(),
        },
        new("POST", path, $"create{prefix}SpendKey", "Makes a spend key, shown this once", typeof(SpendKeyView))
        {
            Body = SpendKeyFields(isNew: true), Status = StatusCodes.Status201Created,
        },
        new("GET", path + "/{id}", $"get{prefix}SpendKey", "A spend key with what it used", typeof(SpendKeyView)),
        new("PUT", path + "/{id}", $"update{prefix}SpendKey", "Changes what is given; null clears", typeof(SpendKeyView))
        {
            Body = SpendKeyFields(isNew: false),
        },
        new("DELETE", path + "/{id}", $"revoke{prefix}SpendKey", "Revokes a spend key", typeof(SuccessView)),
        new("POST", path + "/{id}/rotate", $"rotate{prefix}SpendKey", "Gives it another key; the old one ends", typeof(SpendKeyView))
        {
            Status = StatusCodes.Status201Created,
        },
    ];
}
