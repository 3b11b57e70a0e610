using System.Security.Cryptography;
using System.Text;

namespace Lava.Server.Api.Auth;

/// <summary>The page on which a person allows a command line to have a key. No script, nothing from elsewhere.</summary>
internal static class ConnectPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f6f6f4;color:#1c1c1a}"
        + "main{max-width:26rem;margin:12vh auto;padding:2rem;background:#fff;border-radius:8px;box-shadow:0 1px 4px #0003}"
        + "h1{font-size:1.25rem;margin-top:0}label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}"
        + "input{margin:.25rem 0 1rem;padding:.5rem;border:1px solid #aaa;border-radius:4px}"
        + "button{padding:.6rem;border:0;border-radius:4px;background:#b3261e;color:#fff}.wrong{color:#b3261e}";

    /// <summary>What a browser may do with it: no script, this one style, and a form that ends at a command line of this machine.</summary>
    public static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "form-action 'self' http://127.0.0.1:*; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The form. State and port hold no character that HTML knows: <see cref="ConnectRequest"/> has seen to it.</summary>
    public static string Form(ConnectRequest request, string? problem) => Page(
        "<p>A program on this computer asks for a secret key of its own. It will belong to the merchant, and the mode, of the key that "
        + "you enter here. To end its access, delete its key.</p>"
        + (problem is null ? "" : $"<p class=\"wrong\">{problem}</p>")
        + $"<form method=\"post\" action=\"{ConnectRequest.Path}\">"
        + $"<input type=\"hidden\" name=\"state\" value=\"{request.State}\">"
        + $"<input type=\"hidden\" name=\"port\" value=\"{request.Port}\">"
        + "<label for=\"key\">Your secret key</label>"
        + "<input id=\"key\" name=\"key\" type=\"password\" autocomplete=\"off\" required>"
        + "<button>Allow</button></form>");

    /// <summary>A call that no command line made.</summary>
    public static string Refusal => Page("<p class=\"wrong\">The link is incomplete. Start the sign-in again from the command line.</p>");

    private static string Page(string content) =>
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
        + $"<title>Sign in a command line</title><style>{Style}</style></head>"
        + $"<body><main><h1>Sign in a command line</h1>{content}</main></body></html>";
}
