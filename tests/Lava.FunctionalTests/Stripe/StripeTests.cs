using System.Diagnostics;
using System.Text.Json;
using Lava.Billing.Payments.Stripe;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Lava.FunctionalTests.Stripe;

/// <summary>
/// The npm package stripe, unmodified (node/stripe.test.mjs): against the stand-in that our client is tested with, and its signatures
/// against the endpoint of the real process.
/// </summary>
[Collection(LavaCollection.Name)]
public sealed class StripeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task VendorsPackage_AgainstTheStandInAndOurEndpoint_Passes()
    {
        await using var standIn = await StripeStandIn.StartAsync();
        using var directory = new TemporaryDirectory();
        await using var lava = await LavaProcess.StartAsync(
            new Dictionary<string, string>
            {
                ["LAVA_STRIPE_SECRET_KEY"] = standIn.SecretKey,
                ["LAVA_STRIPE_WEBHOOK_SECRET"] = StripeStandIn.WebhookSecret,
            },
            "serve", "--data", Path.Combine(directory.Path, "data"), "--stripe-publishable-key", standIn.PublishableKey,
            "--stripe-url", standIn.Url);
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "Stripe", "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--test");
        start.ArgumentList.Add("--test-reporter=spec");
        start.ArgumentList.Add("stripe.test.mjs");
        start.Environment["LAVA_TEST_STRIPE"] = standIn.Url;
        start.Environment["LAVA_TEST_STRIPE_KEY"] = standIn.SecretKey;
        start.Environment["LAVA_TEST_WEBHOOK"] = $"{lava.Url}/webhooks/stripe";
        start.Environment["LAVA_TEST_WEBHOOK_SECRET"] = StripeStandIn.WebhookSecret;
        start.Environment["LAVA_TEST_DELIVERY"] = await CaptureAsync();
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("its signature is not Stripe's", lava.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", lava.Output, StringComparison.Ordinal);
    }

    // What the stand-in sends to an endpoint, with its signature, as it comes.
    private static async Task<string> CaptureAsync()
    {
        var came = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var endpoint = builder.Build();
        endpoint.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            if (body.Contains("payment_intent.succeeded", StringComparison.Ordinal))
            {
                came.SetResult(JsonSerializer.Serialize(new { body, signature = http.Request.Headers["Stripe-Signature"].ToString() }));
            }
        });
        await endpoint.StartAsync();
        await using var standIn = await StripeStandIn.StartAsync();
        standIn.Webhooks.Add(endpoint.Urls.First(), "whsec_old", StripeStandIn.WebhookSecret);
        standIn.Webhooks.Deliveries = StandInDeliveries.Now;
        var options = new StripeOptions(standIn.SecretKey, standIn.PublishableKey, [StripeStandIn.WebhookSecret], new Uri(standIn.Url));
        using var client = new StripeClient(options, TimeProvider.System);
        var fields = new FormFields()
            .Add("amount", 2_500).Add("currency", "usd").Add("payment_method", "pm_card_visa").Add("confirm", "true");
        await client.PostAsync("/v1/payment_intents", fields, "one", CancellationToken.None);
        return await came.Task.WaitAsync(Limit);
    }
}
