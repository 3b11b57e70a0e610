using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Lava.Server.Simulation;
using Microsoft.AspNetCore.Builder;

namespace Lava.Tests.Server.Simulation;

/// <summary>A simulator on a free port, and a client with keys for every provider.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    public const string Chat = "/v1/chat/completions";
    public const string Messages = "/v1/messages";
    public const string Responses = "/v1/responses";
    public const string Gemini = "/v1beta/models/gemini-2.5-flash";

    private readonly RecordingTimeProvider _time = new();
    private WebApplication _simulator = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What arrived, by the value of the header <c>x-test</c>.</summary>
    public ConcurrentDictionary<string, SimulatedRequest> Seen { get; } = new();

    /// <summary>The waits that the simulator asked for.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _time.Waits;

    public async Task InitializeAsync()
    {
        _simulator = ProviderSimulator.Build(new SimulatorOptions
        {
            Urls = ["http://127.0.0.1:0"],
            TimeProvider = _time,
            OnRequest = request =>
            {
                if (request.Headers.TryGetValue("x-test", out var name))
                {
                    Seen[name] = request;
                }
            },
        });
        await _simulator.StartAsync();
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ResponseDrainTimeout = TimeSpan.Zero };
        Client = new HttpClient(handler) { BaseAddress = new Uri(_simulator.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _simulator.DisposeAsync();
    }

    /// <summary>A request without a key.</summary>
    public static HttpRequestMessage Post(string path, string body)
    {
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }

    /// <summary>Sends with the key in the header of the path's provider; returns as soon as the headers are there.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        var request = Post(path, body);
        foreach (var (name, value) in headers.Prepend(KeyFor(path)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<string> TextAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(path, body, headers);
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<JsonElement> JsonAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        return JsonDocument.Parse(await TextAsync(path, body, headers)).RootElement;
    }

    public async Task<List<ServerSentEvent>> EventsAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        return ServerSentEvent.Parse(await TextAsync(path, body, headers));
    }

    /// <summary>Reads until the body ends or breaks.</summary>
    public static async Task<(string Text, bool Broken)> ReadToEndAsync(HttpResponseMessage response)
    {
        using var received = new MemoryStream();
        try
        {
            await (await response.Content.ReadAsStreamAsync()).CopyToAsync(received);
            return (Encoding.UTF8.GetString(received.ToArray()), false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (Encoding.UTF8.GetString(received.ToArray()), true);
        }
    }

    private static (string Name, string Value) KeyFor(string path)
    {
        if (path.StartsWith(Messages, StringComparison.Ordinal))
        {
            return ("x-api-key", "any");
        }

        return path.StartsWith("/v1beta", StringComparison.Ordinal) ? ("x-goog-api-key", "any") : ("Authorization", "Bearer any");
    }
}
