using Lava.Server.Api.Customers;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Api.Settings;

namespace Lava.Server.Api.OpenApi;

/// <summary>Keys and settings of the merchant.</summary>
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
            Body = [ApiField.Required("name")], Status = StatusCodes.Status201Created,
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
                ApiField.Text("unlinked_meters"),
                new(
                    "unpriced_models", ApiFieldType.Object, false, null,
                    ApiField.Amount("input_rate", isRequired: true), ApiField.Amount("output_rate", isRequired: true)),
            ],
        },
    ];
}
