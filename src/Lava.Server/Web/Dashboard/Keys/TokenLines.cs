using System.Text.Json;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>
/// Lines that make a call with a forward token, for each of some languages: with the finished token, or with the secret key out of the
/// environment. The page's script fills in the same templates as this class.
/// </summary>
internal static class TokenLines
{
    /// <summary>Where the finished token stands.</summary>
    public const string Token = "__TOKEN__";

    /// <summary>Where the token's other fields stand, each with a comma before it.</summary>
    public const string Fields = "__FIELDS__";

    private const string Model = "gpt-4o-mini";

    /// <summary>Name, heading, the line with a token, the line without.</summary>
    /// <param name="server">Where this server is, with a slash at its end.</param>
    public static IReadOnlyList<(string Name, string Title, string With, string Without)> Templates(string server)
    {
        var address = server + "v1/chat/completions";
        return
        [
            ("curl", "curl", Curl(address, Token), $$"""
                TOKEN=$(printf %s '{"secret_key":"'"$LAVA_SECRET_KEY"'"{{Fields}}}' | base64 | tr -d '\n')
                {{Curl(address, "$TOKEN")}}
                """),
            ("node", "Node", Node(address, $"const token = \"{Token}\";"), Node(address, $$"""
                const fields = { "secret_key": process.env.LAVA_SECRET_KEY{{Fields}} };
                const token = Buffer.from(JSON.stringify(fields)).toString("base64");
                """)),
            ("python", "Python", Python(address, "json", $"token = \"{Token}\""), Python(address, "base64, json, os", $$"""
                fields = {"secret_key": os.environ["LAVA_SECRET_KEY"]{{Fields}}}
                token = base64.b64encode(json.dumps(fields).encode()).decode()
                """)),
        ];
    }

    /// <summary>A template with fields of a token.</summary>
    public static string Fill(string template, string? customer, string? meter) => template.Replace(
        Fields, Text("customer_id", customer) + Text("meter_slug", meter), StringComparison.Ordinal);

    // The encoder writes quotation marks of both kinds as escapes that JSON, JavaScript and Python share, so nothing ends a shell's quotes.
    private static string Text(string name, string? value) => value is null
        ? ""
        : $",\"{name}\":\"{JsonEncodedText.Encode(value)}\"";

    private static string Curl(string address, string token) => $$"""
        curl {{address}} \
          -H "Authorization: Bearer {{token}}" -H 'Content-Type: application/json' \
          -d '{"model":"{{Model}}","messages":[{"role":"user","content":"Hello"}]}'
        """;

    private static string Node(string address, string token) => $$"""
        {{token}}
        const answer = await fetch("{{address}}", {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ model: "{{Model}}", messages: [{ role: "user", content: "Hello" }] }),
        });
        console.log(await answer.json());
        """;

    private static string Python(string address, string modules, string token) => $$"""
        import {{modules}}, urllib.request
        {{token}}
        body = json.dumps({"model": "{{Model}}", "messages": [{"role": "user", "content": "Hello"}]}).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        print(json.load(urllib.request.urlopen(urllib.request.Request("{{address}}", body, headers))))
        """;
}
