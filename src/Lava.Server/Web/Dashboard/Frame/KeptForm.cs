using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Html;
using Microsoft.Extensions.Primitives;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>What was filled in and could not be taken: it is shown again, and sent by the person.</summary>
internal static class KeptForm
{
    private const int BytesMax = 64 * 1024;
    private const string Prefix = "kept.";

    // What makes a form that is sent twice one: nothing that people change.
    private const string Key = "idempotency_key";

    private const string Away =
        "PostgreSQL is away. Calls go on and nothing is lost; whether this was done is not known yet. What you filled in is kept: send it "
        + "again in a moment. Credit, refunds and purchases are booked once, however often it is sent.";

    /// <summary>The fields of a form. Secrets are not sent back to the browser. None where there is too much of them.</summary>
    public static List<(string Name, string Value)> Fields(PostedForm? sent) => Within(sent?.Values.Where(field =>
        field.Key != PostedForm.TokenField && !field.Key.StartsWith(FormField.SecretPrefix, StringComparison.Ordinal)));

    /// <summary>Fields, as many as may be kept.</summary>
    public static List<(string Name, string Value)> Within(IEnumerable<KeyValuePair<string, StringValues>>? fields)
    {
        var kept = (fields ?? []).SelectMany(field => field.Value.Select(value => (field.Key, value ?? ""))).ToList();
        return kept.Sum(field => field.Key.Length + field.Item2.Length) <= BytesMax ? kept : [];
    }

    /// <summary>A form of these fields.</summary>
    /// <param name="action">Where it is sent to: a path of ours.</param>
    /// <param name="token">What it must carry; null: it had nothing.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="button">What its button reads.</param>
    public static Markup Of(string action, string? token, IEnumerable<(string Name, string Value)> fields, string button) => Markup.Of($"""
        <form class="fields" method="post" action="{action}">
        <input type="hidden" name="{PostedForm.TokenField}" value="{token}">
        {fields.Select(Shown)}
        <p class="send"><button class="primary">{button}</button></p>
        </form>
        """);

    /// <summary>The page of a form that came while PostgreSQL was away. It carries what it carried: nobody gets a token here.</summary>
    public static Markup WhileAway(HttpRequest request, PostedForm form) => PageFrame.Alone(request, "Wait a moment", Markup.Of($"""
        <p class="notice warn" role="alert">{Away}</p>
        {Of(request.Path + request.QueryString, form.Token, Fields(form), "Send again")}
        """));

    /// <summary>The page of a form whose session has ended where there is another one by now: it is sent by the person.</summary>
    public static Markup OfOtherSession(PageCall call, PostedForm form) => PageFrame.Alone(
        call.Http.Request, "Check and send again", Markup.Of($"""
        <p class="notice warn" role="alert">Somebody has signed in since this page was opened, as
        {TextMarkup.Name(call.Session.Account.Name)}. Nothing was sent yet: this is what you had filled in.</p>
        {Of(call.Http.Request.Path + call.Http.Request.QueryString, call.FormToken, Fields(form), "Send")}
        <p>{PartMarkup.Button("/dashboard", "Leave it")}</p>
        """));

    private static Markup Shown((string Name, string Value) field) => field.Name == Key
        ? Markup.Of($"""<input type="hidden" name="{field.Name}" value="{field.Value}">""")
        : Markup.Of($"""
            <div class="field"><label for="{Prefix}{field.Name}">{field.Name.Replace('_', ' ')}</label>
            <input id="{Prefix}{field.Name}" name="{field.Name}" value="{field.Value}"></div>
            """);
}
