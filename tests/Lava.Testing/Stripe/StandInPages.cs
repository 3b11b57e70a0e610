using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Lava.Testing.Stripe;

/// <summary>
/// What a browser loads: a script in the place of Stripe.js, its input fields, its bank's question. The fields are frames of this origin
/// and give what is typed to the stand-in alone: the page around them never has a card's number.
/// </summary>
internal sealed class StandInPages
{
    private const string Fields = "/stub/fields/";
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _typed = new();

    public async Task<bool> TryAnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (path.StartsWith(Fields, StringComparison.Ordinal) && http.Request.Method == HttpMethods.Post)
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            var form = new StandInForm(await reader.ReadToEndAsync());
            _typed.GetOrAdd(path[Fields.Length..], _ => new())[form["kind"]!] = form["value"] ?? "";
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return true;
        }

        (string Name, string Type)? found = path switch
        {
            "/stub/stripe.js" or "/stripe.js" or "/v3/" => ("stripe.js", "text/javascript"),
            "/stub/field" => ("field.html", "text/html; charset=utf-8"),
            "/stub/challenge" => ("challenge.html", "text/html; charset=utf-8"),
            _ => null,
        };
        if (found is not { } page)
        {
            return false;
        }

        await using var stream = typeof(StandInPages).Assembly.GetManifestResourceStream($"stripe/{page.Name}")!;
        http.Response.ContentType = page.Type;
        await stream.CopyToAsync(http.Response.Body);
        return true;
    }

    /// <summary>A request of the script's, with what was typed into its fields.</summary>
    public string Complete(string form)
    {
        if (new StandInForm(form)["stub_group"] is not { } group || !_typed.TryGetValue(group, out var typed))
        {
            return form;
        }

        var number = typed.GetValueOrDefault("cardNumber", "").Replace(" ", "", StringComparison.Ordinal);
        return $"{form}&payment_method_data[card][number]={number}";
    }
}
