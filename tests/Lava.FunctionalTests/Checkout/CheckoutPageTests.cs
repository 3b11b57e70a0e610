using System.Diagnostics;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Checkout;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// The checkout's page in Chromium, opened by the unmodified npm package @lavapayments/checkout from a merchant's page on another site
/// (node/page.test.mjs). The sessions behind it are scripted. Pictures of every step are left in <c>TestResults/checkout</c>.
/// </summary>
public sealed class CheckoutPageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Page_InTheWidgetAndAlone_IsUsable()
    {
        await using var server = await CheckoutServer.StartAsync();
        var tests = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests");
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(tests, "Checkout", "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "--test", "--test-reporter=spec", "page.test.mjs" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LAVA_TEST_CHECKOUT"] = server.Url;
        start.Environment["LAVA_TEST_OUTPUT"] = Path.Combine(tests, "TestResults", "checkout");
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
