using Lava.FunctionalTests.Processes;
using Lava.Testing.Checkout;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// The checkout's page in Chromium, opened by the unmodified npm package @lavapayments/checkout from a merchant's page on another site
/// (node/page.test.mjs). The sessions behind it are scripted. Pictures of every step are left in <c>TestResults/checkout</c>.
/// </summary>
[Collection(CheckoutCollection.Name)]
public sealed class CheckoutPageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Page_InTheWidgetAndAlone_IsUsable()
    {
        await using var server = await CheckoutServer.StartAsync();
        var pictures = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "TestResults", "checkout");
        await NodeTests.PassAsync(
            "Checkout",
            "page.test.mjs",
            new Dictionary<string, string> { ["LAVA_TEST_CHECKOUT"] = server.Url, ["LAVA_TEST_OUTPUT"] = pictures },
            Limit);
    }
}
