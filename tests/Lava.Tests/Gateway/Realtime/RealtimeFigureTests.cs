using Lava.Metering;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>What a session's records say of figures that can't be true, and of transcriptions.</summary>
public sealed class RealtimeFigureTests
{
    [Fact]
    public async Task Done_FiguresBeyondBelief_AreEstimated()
    {
        await using var upstream = await RealtimeUpstream.StartAsync(async socket =>
        {
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Created("a"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Delta("one two three"));
            await RealtimeUpstream.SendAsync(socket, RealtimeUpstream.Done("a", 900_000_000_000, 5));
            await RealtimeUpstream.ClosedAsync(socket);
        });
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamUrl = upstream.Url });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.EventAsync("response.done");
        await client.CloseAsync();
        await gateway.EndedAsync();
        var record = Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Equal(UsageReason.Absurd, record.Usage.Reason);
        Assert.InRange(record.Debit.Units, 1, record.Held.Units);
    }

    [Fact]
    public async Task Transcription_Ended_IsCompletedAndChargedByTheMeter()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { Simulated = true });
        using var client = await RealtimeClient.OpenAsync(gateway);
        await client.SendAsync(
            """{"type":"session.update","session":{"audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}}""");
        await client.EventAsync("session.updated");
        await client.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await client.EventAsync("conversation.item.input_audio_transcription.completed");
        await client.CloseAsync();
        await gateway.EndedAsync();
        var record = Assert.Single(RealtimeBooks.AssertBalanced(gateway));
        Assert.Equal(RequestStatus.Completed, record.Status);
        Assert.Equal(((20 * 60_000) + (4 * 100_000)) * 6 / 5, record.Debit.Units);
    }
}
