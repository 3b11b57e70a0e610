using System.Net.WebSockets;
using Lava.Core;
using Lava.Gateway;
using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>Every way in which a session ends: the hold ends once, and both sides learn of it.</summary>
public sealed class RealtimeEndTests
{
    private static readonly string Text = new('w', 400);

    [Fact]
    public async Task Client_VanishesWhileAResponseRuns_IsChargedWhenItIsDone()
    {
        var go = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RunningAsync(socket);
            await go.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("a", 10, 20));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.output_audio_transcript.delta");
        client.Socket.Abort();
        await gateway.ClientGone;
        go.SetResult();
        await gateway.EndedAsync();
        var record = Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Equal((10L, 20L, UsageCertainty.Exact), (record.Usage.InputTokens, record.Usage.OutputTokens, record.Usage.Certainty));
    }

    [Fact]
    public async Task Client_ClosesWhileAResponseNeverEnds_IsChargedForWhatWasSeen()
    {
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RunningAsync(socket);
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup
        {
            UpstreamUrl = upstream.Url,
            Options = new GatewayOptions { DrainTimeout = TimeSpan.FromSeconds(1) },
        });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.output_audio_transcript.delta");
        await client.CloseAsync();
        await gateway.EndedAsync();
        AssertCut(gateway, "downstream_aborted");
    }

    [Fact]
    public async Task Upstream_Vanishes_ClientIsToldAndChargedForWhatWasSeen()
    {
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RunningAsync(socket);
            await socket.ReceiveAsync(new byte[100], CancellationToken.None);
            socket.Abort();
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.output_audio_transcript.delta");
        await client.SendAsync("{}");
        Assert.Equal(WebSocketCloseStatus.InternalServerError, (await client.ClosedAsync()).Status);
        await gateway.EndedAsync();
        AssertCut(gateway, "upstream_cut");
    }

    [Fact]
    public async Task Client_VanishesBetweenTurns_GivesTheHoldBack()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.TurnAsync();
        client.Socket.Abort();
        await gateway.EndedAsync();
        Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Single(gateway.Books().Voids);
    }

    [Fact]
    public async Task Close_OfEitherSide_ReachesTheOtherWithItsStatusAndReason()
    {
        var seen = new TaskCompletionSource<(WebSocketCloseStatus?, string?)?>();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            var received = await socket.ReceiveAsync(new byte[100], CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                seen.SetResult((socket.CloseStatus, socket.CloseStatusDescription));
                await socket.CloseOutputAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, CancellationToken.None);
                return;
            }

            await socket.CloseAsync((WebSocketCloseStatus)4001, "session_expired", CancellationToken.None);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var first = await RealtimeClient.OpenAsync(gateway);
        await first.CloseAsync((WebSocketCloseStatus)3001, "enough");
        Assert.Equal(((WebSocketCloseStatus?)3001, "enough"), (await seen.Task.WaitAsync(GatewayHarness.Patience))!.Value);
        using var second = await RealtimeClient.OpenAsync(gateway);
        await second.SendAsync("{}");
        Assert.Equal(((WebSocketCloseStatus?)4001, "session_expired"), await second.ClosedAsync());
        await gateway.EndedAsync(2);
        Assert.Empty(RealtimeBooks.AssertBalanced(gateway));
    }

    [Fact]
    public async Task Session_IdleForTooLong_IsClosedAndGivesTheHoldBack()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup
        {
            Simulated = true,
            Options = new GatewayOptions { IdleTimeout = TimeSpan.FromMilliseconds(300) },
        });
        using var client = await RealtimeClient.OpenAsync(gateway);
        var (status, reason) = await client.ClosedAsync();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, status);
        Assert.Contains("time limit", reason, StringComparison.Ordinal);
        await gateway.EndedAsync();
        Assert.Empty(RealtimeBooks.AssertBalanced(gateway));
    }

    [Fact]
    public async Task Stop_WhileAResponseRuns_SaysGoingAwayAndChargesWhatWasSeen()
    {
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RunningAsync(socket);
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.output_audio_transcript.delta");
        var stopped = gateway.Pipeline.StopAsync();
        var (status, reason) = await client.ClosedAsync();
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "The gateway is going away."), (status, reason));
        Assert.True(await stopped);
        await gateway.EndedAsync();
        AssertCut(gateway, "upstream_timeout");
    }

    [Fact]
    public async Task Response_ThatRunsLong_TellsTheJournalWhatItCameTo()
    {
        var go = new TaskCompletionSource();
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RunningAsync(socket);
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Delta(Text));
            await go.Task;
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("a", 10, 20));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup
        {
            UpstreamUrl = upstream.Url,
            Options = new GatewayOptions { ProgressInterval = TimeSpan.Zero },
        });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.output_audio_transcript.delta");
        await client.EventAsync("response.output_audio_transcript.delta");
        go.SetResult();
        await client.EventAsync("response.done");
        await client.CloseAsync();
        await gateway.EndedAsync();
        Assert.Equal([100L, 200L], gateway.Books().Progress.Select(progress => progress.Record.Usage.OutputTokens));
        Assert.Single(RealtimeBooks.AssertBalanced(gateway));
    }

    private static async Task RunningAsync(WebSocket socket)
    {
        await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("a"));
        await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Delta(Text));
    }

    private static void AssertCut(GatewayHarness gateway, string error)
    {
        var record = Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Equal((error, UsageCertainty.Partial, UsageReason.Cut), (record.ErrorCode, record.Usage.Certainty, record.Usage.Reason));
        Assert.Equal(100, record.Usage.OutputTokens);
        Assert.True(record.Debit > Money.Zero);
    }
}
