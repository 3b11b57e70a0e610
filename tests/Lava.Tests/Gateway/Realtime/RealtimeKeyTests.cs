using System.Net.WebSockets;
using Lava.Core.Accounts;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>A session with a spend key asks for each response again whether the key may still have it.</summary>
public sealed class RealtimeKeyTests
{
    public static TheoryData<string, Func<SpendKey, SpendKey?>> Changes => new()
    {
        { "spend_key_paused", key => key with { IsPaused = true } },
        { "spend_key_expired", key => key with { ExpiresAtMicros = 1 } },
        { "invalid_credential", _ => null },
        { "model_not_allowed", key => key with { AllowedModels = ["gpt-4o"u8.ToArray()] } },
        {
            "request_limit_exceeded",
            key => key with { Limits = [new UsageLimit(LimitUnit.Requests, LimitCycle.Total, 1, LimitScope.SpendKey)] }
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Key_ChangedInTheMiddle_ErrorEventAndPolicyViolation(string code, Func<SpendKey, SpendKey?> change)
    {
        var changed = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r1"));
            await changed.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("r1", 1_000, 100));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway, TestAccounts.SpendKeyText);
        await client.EventAsync("response.created");
        Change(gateway, change);
        changed.SetResult();

        // What ran is whole and charged; the next is not to be.
        await client.EventAsync("response.done");
        await AssertEndedAsync(gateway, client, code);
    }

    [Fact]
    public async Task Key_PausedBetweenTwoResponses_TheSecondIsChargedAndNotPassedOn()
    {
        var paused = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r1"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("r1", 1_000, 100));
            await paused.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("r2"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("r2", 500, 50));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway, TestAccounts.SpendKeyText);
        await client.EventAsync("response.done");
        Change(gateway, key => key with { IsPaused = true });
        paused.SetResult();
        var records = await AssertEndedAsync(gateway, client, "spend_key_paused");
        Assert.Equal([1_000L, 500L], records.Select(record => record.Usage.InputTokens));
    }

    private static void Change(GatewayHarness gateway, Func<SpendKey, SpendKey?> change)
    {
        var key = gateway.Accounts.SpendKey;
        gateway.Limits.Open(key.Id, change(key)?.Limits ?? [], null);
        gateway.Known.Swap(accounts =>
            change(key) is { } changed ? accounts.With(changed) : accounts.WithoutSpendKeys(key.Id));
    }

    private static async Task<IReadOnlyList<Lava.Metering.UsageRecord>> AssertEndedAsync(
        GatewayHarness gateway, RealtimeClient client, string code)
    {
        var error = (await client.EventAsync("error"))["error"]!;
        Assert.Equal((code, code), ((string?)error["type"], (string?)error["code"]));
        Assert.Equal(((WebSocketCloseStatus?)WebSocketCloseStatus.PolicyViolation, code), await client.ClosedAsync());
        await gateway.EndedAsync();
        return RealtimeBooks.AssertBalanced(gateway);
    }
}
