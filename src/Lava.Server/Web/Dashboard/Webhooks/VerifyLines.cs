using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Webhooks;

/// <summary>How a receiver tells that a message is genuine: by the signature of Standard Webhooks.</summary>
internal static class VerifyLines
{
    private const string Node = """
        import { createHmac, timingSafeEqual } from "node:crypto";

        // body: the exact text that came; secret: what the dashboard showed once.
        export function isGenuine(body, headers, secret) {
          const key = Buffer.from(secret.slice("whsec_".length), "base64");
          const message = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
          const expected = Buffer.from("v1," + createHmac("sha256", key).update(message).digest("base64"));
          const isFresh = Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < 300;
          return isFresh && headers["webhook-signature"].split(" ").map(one => Buffer.from(one))
            .some(one => one.length === expected.length && timingSafeEqual(one, expected));
        }
        """;

    private const string Python = """
        import base64, hashlib, hmac, time

        # body: the exact bytes that came; secret: what the dashboard showed once.
        def is_genuine(body, headers, secret):
            key = base64.b64decode(secret.removeprefix("whsec_"))
            message = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
            expected = "v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
            is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
            return is_fresh and any(hmac.compare_digest(one, expected) for one in headers["webhook-signature"].split(" "))
        """;

    /// <summary>The part of a page.</summary>
    public static Markup Section => Markup.Of($"""
        <section><h2>How to verify</h2>
        <p>Anybody can send to your address. A message of ours has a signature over its id, its time and its body; it comes again until
        it is taken, so know it by its <code>webhook-id</code>.</p>
        <div class="columns"><div><h3>Node</h3>{TextMarkup.Lines(Node)}</div><div><h3>Python</h3>{TextMarkup.Lines(Python)}</div></div>
        </section>
        """);
}
