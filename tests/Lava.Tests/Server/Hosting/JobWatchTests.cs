using Lava.Core.Accounts;
using Lava.Gateway.Jobs;
using Lava.Server.Hosting;
using Lava.Testing.Gateway;

namespace Lava.Tests.Server.Hosting;

public sealed class JobWatchTests
{
    private const int Jobs = 150;

    [Fact]
    public async Task Look_ManyJobsAtTheSameMoment_EachIsAskedFor()
    {
        var time = new ManualTime();
        await using var gateway = await GatewayHarness.StartAsync(
            new() { Prices = "version 2\nassemblyai universal 2026-01-01 second_in=0.001 source=test" });
        var began = time.GetUtcNow();
        for (var i = 0; i < Jobs; i++)
        {
            gateway.Jobs.Begin(new OpenJob
            {
                Key = new JobKey(gateway.Accounts.Merchant.Id, "assemblyai", $"t{i}"),
                Model = "universal",
                Endpoint = "POST https://api.assemblyai.com/v2/transcript",
                ProviderKeyType = ProviderKeyType.Managed,
                BeganAtMicros = (began - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
                WalletId = TestAccounts.MerchantWallet,
            });
        }

        var all = new TaskCompletionSource();
        gateway.Upstream.Script = exchange =>
        {
            if (gateway.Upstream.Received.Count == Jobs)
            {
                all.TrySetResult();
            }

            return exchange.SendJsonAsync("""{"id":"t","status":"processing"}""");
        };
        var watch = new JobWatch(gateway.Jobs, gateway.Pipeline, time);
        time.Advance(TimeSpan.FromHours(1));
        watch.Look();
        await all.Task.WaitAsync(GatewayHarness.Patience);
        Assert.Equal(Jobs, gateway.Upstream.Received.Select(exchange => exchange.RequestLine).Distinct().Count());
        Assert.True(await gateway.Pipeline.StopAsync());
    }
}
