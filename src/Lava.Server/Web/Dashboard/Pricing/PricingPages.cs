using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>Meters, plans and their bundles: what a merchant sells.</summary>
internal static class PricingPages
{
    /// <summary>The meters.</summary>
    public const string Meters = "/pricing";

    /// <summary>The plans.</summary>
    public const string Plans = "/pricing/plans";

    /// <summary>The parameter of an address that shows what was archived instead.</summary>
    public const string Archived = "archived";

    /// <summary>The column of lists of those.</summary>
    public const string Since = "Archived since";

    /// <summary>The style sheets of pages with forms of several columns.</summary>
    public static readonly string[] Styles = ["forms.css"];

    public static void Map(PageRoutes routes)
    {
        routes.Get(Meters, MeterListPage.ShowAsync);
        routes.Get(MeterForm.NewPath, MeterPages.NewAsync);
        routes.Post(MeterForm.NewPath, MeterPages.CreateAsync);
        routes.Post(MeterForm.PreviewPath, MeterPages.PreviewAsync);
        routes.Get(MeterForm.PathOf("{id}"), MeterPages.EditAsync);
        routes.Post(MeterForm.PathOf("{id}"), MeterPages.SaveAsync);
        routes.Post(MeterForm.PathOf("{id}") + "/archive", MeterPages.ArchiveAsync);
        routes.Get(Plans, PlanListPage.ShowAsync);
        routes.Get(PlanForm.NewPath, PlanPages.NewAsync);
        routes.Post(PlanForm.NewPath, PlanPages.CreateAsync);
        routes.Post(PlanForm.PreviewPath, PlanPages.PreviewAsync);
        routes.Get(PlanForm.PathOf("{id}"), PlanPages.EditAsync);
        routes.Post(PlanForm.PathOf("{id}"), PlanPages.SaveAsync);
        routes.Post(PlanForm.PathOf("{id}") + "/archive", PlanPages.ArchiveAsync);
        routes.Post(BundlePages.PathOf("{id}"), BundlePages.CreateAsync);
        routes.Get(BundlePages.PathOf("{id}") + "/{bundle}", BundlePages.EditAsync);
        routes.Post(BundlePages.PathOf("{id}") + "/{bundle}", BundlePages.SaveAsync);
        routes.Post(BundlePages.PathOf("{id}") + "/{bundle}/delete", BundlePages.DeleteAsync);
    }

    /// <summary>The way between them.</summary>
    public static Markup Tabs(PageCall call, string current) => PartMarkup.Tabs(
        "Pricing", call.Link(current), [(call.Link(Meters), "Meters"), (call.Link(Plans), "Plans and bundles")]);

    /// <summary>The switch between what is in use and what was archived.</summary>
    public static Markup Switch(PageCall call) => Markup.Of($"""
        <ul class="chips">{Chip(call, "In use", null)}{Chip(call, "Archived", "1")}</ul>
        """);

    private static Markup Chip(PageCall call, string text, string? value) => call.Query(Archived) == value
        ? Markup.Of($"""<li><a href="{call.Here((Archived, value))}" aria-current="true">{text}</a></li>""")
        : Markup.Of($"""<li><a href="{call.Here((Archived, value))}">{text}</a></li>""");
}
