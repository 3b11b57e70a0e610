using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>
/// Makes forward tokens, in the browser alone: the secret key that is pasted here is in no form and in no request.
/// </summary>
internal static class TokenPage
{
    public const string Path = "/keys/token";

    private const int MetersMax = 100;

    public static async Task ShowAsync(PageCall call)
    {
        var meters = await new MeterStore(call.Parts.Reading).ListAsync(call.Merchant.Id, null, MetersMax, call.Aborted);
        var (customer, meter) = (call.Query("customer"), call.Query("meter"));
        await call.OkAsync(new PageView(PageArea.Keys, "Keys", Markup.Of($"""
            {KeyPages.Tabs(call, Path)}
            <div class="columns">
            <section><h2>Forward token</h2>
            <p>A forward token is a secret key with whom a call is for and what it is charged by. It goes where a provider's API key
            would, and it is as secret as the key in it.</p>
            <form method="get" action="{call.Link(Path)}" class="fields" data-token>
            <div class="field"><label for="token_customer">Customer</label>
            <input id="token_customer" name="customer" value="{customer}"
            data-token-field="customer_id" aria-describedby="token_customer-hint">
            <p class="hint" id="token_customer-hint">An id or your own reference. Empty: you pay yourself.</p></div>
            <div class="field"><label for="token_meter">Meter</label>
            <input id="token_meter" name="meter" value="{meter}" list="token_meters" data-token-field="meter_slug">
            <datalist id="token_meters">{meters.Select(Option)}</datalist></div>
            <p class="send" data-plain><button class="plain">Show the lines</button></p>
            </form>
            <div class="fields">
            <div data-scripted hidden>
            <div class="field flag"><input type="checkbox" id="token_free" data-token-flag="disable_billing">
            <label for="token_free">Do not charge the customer</label></div>
            <div class="field"><label for="token_provider">Key of the provider</label>
            <input id="token_provider" type="password" autocomplete="off" data-token-field="provider_key"
            aria-describedby="token_provider-hint">
            <p class="hint" id="token_provider-hint">Empty: yours of the tab before, or the server's.</p></div>
            <div class="field"><label for="token_secret">Secret key</label>
            <input id="token_secret" type="password" autocomplete="off" data-token-secret aria-describedby="token_secret-hint">
            <p class="hint" id="token_secret-hint">It stays in this page: nothing that you paste here is sent. Empty: the
            lines take it out of $LAVA_SECRET_KEY.</p></div>
            </div>
            </div>
            </section>
            <section><h2>Lines to copy</h2>
            <div data-token-made hidden><h3>Token</h3>{TextMarkup.Lines("")}</div>
            {TokenLines.Templates(call.Server).Select(one => Line(one, customer, meter))}
            <p class="hint">Any client of OpenAI's works: its base URL is {call.Server}v1, its API key the token.</p>
            </section>
            </div>
            """))
        {
            Scripts = ["token.mjs"],
            Styles = ["forms.css"],
        });
    }

    private static Markup Option(MeterRecord one) => Markup.Of($"""<option value="{one.Meter.Slug}"></option>""");

    private static Markup Line((string Name, string Title, string With, string Without) line, string? customer, string? meter)
    {
        var (name, title, with, without) = line;
        var text = TokenLines.Fill(without, customer, meter);
        return Markup.Of($"""
            <h3>{title}</h3>
            <pre class="lines" data-copy data-line="{name}" data-with="{with}" data-without="{without}"><code>{text}</code></pre>
            """);
    }
}
