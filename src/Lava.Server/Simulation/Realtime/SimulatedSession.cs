using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Lava.Server.Simulation.Answers;

namespace Lava.Server.Simulation.Realtime;

/// <summary>
/// A session of OpenAI's Realtime API. <c>response.create</c> makes a turn whose usage the handshake's knobs say, <c>session.update</c> is
/// confirmed, <c>input_audio_buffer.commit</c> is transcribed where the session says by what; other events pass unanswered.
/// </summary>
internal sealed class SimulatedSession(WebSocket socket, SimulatedCall call, string model, CancellationToken stopping)
{
    // What a transcription uses: two seconds of sound and four words.
    private const int TranscribedTokens = 20;
    private const int TranscriptTokens = 4;
    private const int FirstBytes = 64 * 1024;

    private byte[] _received = new byte[FirstBytes];
    private string? _transcriber;
    private int _turns;

    /// <summary>Runs until either side ends it.</summary>
    public async Task RunAsync()
    {
        await SendAsync(SessionEvent("session.created"));
        while (await ReceiveAsync() is { } received)
        {
            switch ((string?)received["type"])
            {
                case "session.update":
                    _transcriber = (string?)received["session"]?["audio"]?["input"]?["transcription"]?["model"] ?? _transcriber;
                    await SendAsync(SessionEvent("session.updated"));
                    break;
                case "input_audio_buffer.commit" when _transcriber is not null:
                    await SendAsync(Transcription());
                    break;
                case "response.create":
                    if (!await RespondAsync())
                    {
                        return;
                    }

                    break;
            }
        }
    }

    /// <returns>False where a fault broke the connection.</returns>
    private async Task<bool> RespondAsync()
    {
        var id = $"resp_{call.Seed:x16}_{++_turns}";
        await SendAsync(ResponseEvent("response.created", id, "in_progress", null));
        for (var word = 0; word < call.Answer.TextTokens; word++)
        {
            await SendAsync(new JsonObject
            {
                ["type"] = "response.output_audio_transcript.delta",
                ["response_id"] = id,
                ["delta"] = $"word{word} ",
            });
        }

        switch (call.Knobs.Fault)
        {
            case Fault.Stall:
                return true;
            case Fault.Cut:
                socket.Abort();
                return false;
        }

        await SendAsync(ResponseEvent("response.done", id, "completed", call.Answer.Report == UsageReport.Missing ? null : Usage()));
        return true;
    }

    private JsonObject Usage()
    {
        var answer = call.Answer;
        return new JsonObject
        {
            ["total_tokens"] = answer.InputTokens + answer.OutputTokens,
            ["input_tokens"] = answer.InputTokens,
            ["output_tokens"] = answer.OutputTokens,
            ["input_token_details"] = new JsonObject
            {
                ["text_tokens"] = answer.InputTokens - answer.AudioInputTokens,
                ["audio_tokens"] = answer.AudioInputTokens,
                ["image_tokens"] = answer.ImageInputTokens,
                ["cached_tokens"] = answer.CachedTokens,
                ["cached_tokens_details"] = new JsonObject
                {
                    ["text_tokens"] = answer.CachedTokens,
                    ["audio_tokens"] = 0,
                    ["image_tokens"] = 0,
                },
            },
            ["output_token_details"] = new JsonObject
            {
                ["text_tokens"] = answer.OutputTokens - answer.AudioOutputTokens,
                ["audio_tokens"] = answer.AudioOutputTokens,
            },
        };
    }

    private JsonObject SessionEvent(string type) => new()
    {
        ["type"] = type,
        ["session"] = new JsonObject
        {
            ["type"] = "realtime",
            ["model"] = model,
            ["audio"] = new JsonObject
            {
                ["input"] = new JsonObject
                {
                    ["transcription"] = _transcriber is null ? null : new JsonObject { ["model"] = _transcriber },
                },
            },
        },
    };

    private static JsonObject ResponseEvent(string type, string id, string status, JsonObject? usage) => new()
    {
        ["type"] = type,
        ["response"] = new JsonObject { ["object"] = "realtime.response", ["id"] = id, ["status"] = status, ["usage"] = usage },
    };

    private static JsonObject Transcription() => new()
    {
        ["type"] = "conversation.item.input_audio_transcription.completed",
        ["item_id"] = "item_1",
        ["transcript"] = "one two three four",
        ["usage"] = new JsonObject
        {
            ["type"] = "tokens",
            ["total_tokens"] = TranscribedTokens + TranscriptTokens,
            ["input_tokens"] = TranscribedTokens,
            ["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = TranscribedTokens },
            ["output_tokens"] = TranscriptTokens,
        },
    };

    private async Task SendAsync(JsonObject sent)
    {
        call.Output.Clear();
        call.Output.Append(sent.ToJsonString());
        await socket.SendAsync(call.Output.Memory, WebSocketMessageType.Text, endOfMessage: true, stopping);
    }

    /// <summary>The next event; null at the end. What is too long or no JSON object closes the session.</summary>
    private async Task<JsonNode?> ReceiveAsync()
    {
        var length = 0;
        while (length < SimulatorLimits.RealtimeEventBytes)
        {
            if (length == _received.Length)
            {
                Array.Resize(ref _received, 2 * length);
            }

            var received = await socket.ReceiveAsync(_received.AsMemory(length), stopping);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(
                    socket.CloseStatus ?? WebSocketCloseStatus.Empty, socket.CloseStatusDescription, stopping);
                return null;
            }

            if (received.EndOfMessage)
            {
                return JsonNode.Parse(_received.AsSpan(0, length));
            }
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, "The event is too large.", stopping);
        return null;
    }
}
