using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>Who may call, and with which keys: secret keys, spend keys, keys of providers, forward tokens.</summary>
internal static class KeyPages
{
    public static void Map(PageRoutes routes)
    {
        routes.Get(SecretKeyPages.Path, SecretKeyPages.ShowAsync);
        routes.Post(SecretKeyPages.Path, SecretKeyPages.CreateAsync);
        routes.Post(SecretKeyPages.Path + "/secret/{id}/delete", SecretKeyPages.DeleteAsync);
        routes.Get(SpendKeyPages.Path, SpendKeyPages.ListAsync);
        routes.Get(SpendKeyForm.NewPath, SpendKeyPages.NewAsync);
        routes.Post(SpendKeyForm.NewPath, SpendKeyPages.CreateAsync);
        routes.Get(SpendKeyForm.PathOf("{id}"), SpendKeyPages.EditAsync);
        routes.Post(SpendKeyForm.PathOf("{id}"), SpendKeyPages.SaveAsync);
        routes.Post(SpendKeyForm.PathOf("{id}") + "/pause", (call, _) => SpendKeyPages.SetStatusAsync(call, "paused"));
        routes.Post(SpendKeyForm.PathOf("{id}") + "/resume", (call, _) => SpendKeyPages.SetStatusAsync(call, "active"));
        routes.Post(SpendKeyForm.PathOf("{id}") + "/rotate", SpendKeyPages.RotateAsync);
        routes.Post(SpendKeyForm.PathOf("{id}") + "/revoke", SpendKeyPages.RevokeAsync);
        routes.Get(ProviderKeyPages.Path, call => ProviderKeyPages.ShowAsync(call, null, null));
        routes.Post(ProviderKeyPages.Path, ProviderKeyPages.PutAsync);
        routes.Post(ProviderKeyPages.Path + "/{id}/delete", ProviderKeyPages.DeleteAsync);
        routes.Get(TokenPage.Path, TokenPage.ShowAsync);
    }

    /// <summary>The way between them.</summary>
    public static Markup Tabs(PageCall call, string current) => PartMarkup.Tabs(
        "Keys",
        call.Link(current),
        [
            (call.Link(SecretKeyPages.Path), "Secret keys"),
            (call.Link(SpendKeyPages.Path), "Spend keys"),
            (call.Link(ProviderKeyPages.Path), "Provider keys"),
            (call.Link(TokenPage.Path), "Forward tokens"),
        ]);
}
