using Lava.Server.Api.Webhooks;

namespace Lava.Tests.Server.Webhooks;

/// <summary>Against what Node's createHmac and the npm package standardwebhooks give for the same input.</summary>
public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();

    [Fact]
    public void OfBody_SameAsNode() => Assert.Equal(
        "80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c", WebhookSignature.OfBody(Secret, Body));

    [Fact]
    public void OfMessage_SameAsStandardWebhooks() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.OfMessage(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, Body));
}
