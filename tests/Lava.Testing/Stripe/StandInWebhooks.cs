using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Tells endpoints of events, signed as Stripe signs. What was not taken with a 2xx waits and is sent again.</summary>
public sealed class StandInWebhooks : IDisposable
{
    private readonly StandInState _state;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly List<(string Url, string[] Secrets)> _endpoints = [];
    private readonly List<(string Url, string[] Secrets, JsonObject Event)> _waiting = [];
    private Random _random = new(0);
    private Task _told = Task.CompletedTask;

    internal StandInWebhooks(StandInState state) => _state = state;

    /// <summary>When and how often; <see cref="StandInDeliveries.Held"/> at first.</summary>
    public StandInDeliveries Deliveries { get; set; }

    /// <summary>Events for which there was no 2xx yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_state.Lock)
            {
                Collect();
                return _waiting.Count;
            }
        }
    }

    /// <summary>Tells this address, signed with each of the secrets: two while one takes the other's place.</summary>
    public void Add(string url, params string[] secrets)
    {
        lock (_state.Lock)
        {
            Collect();
            _endpoints.Add((url, secrets));
        }
    }

    /// <summary>Tells this address, and no longer the others: what they did not take goes there, too.</summary>
    public void Move(string url, params string[] secrets)
    {
        lock (_state.Lock)
        {
            Collect();
            JsonObject[] left = [.. _waiting.Select(waiting => waiting.Event).Distinct()];
            _endpoints.Clear();
            _endpoints.Add((url, secrets));
            _waiting.Clear();
            _waiting.AddRange(left.Select(happened => (url, secrets, happened)));
        }
    }

    /// <summary>The order of <see cref="StandInDeliveries.Shuffled"/>.</summary>
    public void Seed(int seed) => _random = new Random(seed);

    /// <summary>Sends what waits, once or twice; the statuses in order, 0 where there was no answer.</summary>
    public async Task<List<int>> DeliverAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return await SendAllAsync();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Ends when everything that <see cref="StandInDeliveries.Now"/> has begun to send was sent.</summary>
    public Task SettledAsync() => _told;

    /// <summary>Sends any body with any signature: forged, old, of another account.</summary>
    public async Task<int> SendAsync(string url, string body, string signature)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        try
        {
            using var response = await _http.SendAsync(request);
            return (int)response.StatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>The header <c>Stripe-Signature</c>.</summary>
    public static string Sign(string body, DateTimeOffset at, params string[] secrets)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{time}.{body}");
        return string.Join(',', secrets
            .Select(secret => "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)))
            .Prepend($"t={time}"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _oneAtATime.Dispose();
    }

    /// <summary>Something may have been told.</summary>
    internal void Look()
    {
        lock (_state.Lock)
        {
            Collect();
            if (Deliveries == StandInDeliveries.Now && _waiting.Count > 0)
            {
                _told = Task.WhenAll(_told, Task.Run(DeliverAsync));
            }
        }
    }

    private async Task<List<int>> SendAllAsync()
    {
        List<(string Url, string[] Secrets, JsonObject Event)> sent;
        lock (_state.Lock)
        {
            Collect();
            sent = [.. _waiting];
            _waiting.Clear();
        }

        var wanted = Deliveries == StandInDeliveries.Twice ? [.. sent, .. sent] : sent;
        if (Deliveries == StandInDeliveries.Shuffled)
        {
            wanted = [.. wanted.OrderBy(_ => _random.Next())];
        }

        var statuses = new List<int>();
        foreach (var one in wanted)
        {
            var body = one.Event.ToJsonString();
            var status = await SendAsync(one.Url, body, Sign(body, _state.Now, one.Secrets));
            statuses.Add(status);
            if (status is < 200 or > 299)
            {
                lock (_state.Lock)
                {
                    _waiting.Add(one);
                }
            }
        }

        return statuses;
    }

    private void Collect()
    {
        while (_state.Untold.TryDequeue(out var happened))
        {
            if (Deliveries != StandInDeliveries.Never)
            {
                _waiting.AddRange(_endpoints.Select(endpoint => (endpoint.Url, endpoint.Secrets, happened)));
            }
        }
    }
}
