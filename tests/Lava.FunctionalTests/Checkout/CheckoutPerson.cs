using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Checkout;

/// <summary>A person at a checkout, without a browser: does what the page asks for; its visit outlives the server's restarts.</summary>
internal sealed partial class CheckoutPerson(string secret, string phone)
{
    // A bound on a test that hangs: what is waited for longest is a payment that nobody has attempted, ten seconds.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>What the page keeps.</summary>
    public string Visit { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What opens the session.</summary>
    public string Secret => secret;

    /// <summary>The code that was shown last.</summary>
    public string? Code { get; private set; }

    /// <summary>Enters a card where the page asks for one: by its entry's client secret; the token that the page sends, if any.</summary>
    public required Func<string, string?> EnterCard { get; init; }

    /// <summary>Tells the code where the page does not show it.</summary>
    public Func<string>? ReadCode { get; init; }

    /// <summary>Sells a plan, or whatever the fields say.</summary>
    public static async Task<string> SellAsync(LavaClient client, object session)
    {
        var token = (string)(await client.PostAsync("/v1/checkout_sessions", session))["checkout_session_token"]!;
        return (string)JsonNode.Parse(Convert.FromBase64String(token))!["secret"]!;
    }

    /// <summary>Goes on from wherever the session is, until it is at a step.</summary>
    public async Task ReachAsync(LavaClient client, string wanted)
    {
        using var limit = new CancellationTokenSource(Limit);
        var (step, page) = await ActAsync(client, "state", new { });
        var steps = new StringBuilder(step);
        while (step != wanted)
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"The page did not come to {wanted}: {steps}\n{page}");
            }

            if (step == "processing")
            {
                await Task.Delay(PollInterval);
            }

            (step, page) = await GoOnAsync(client, step, page);
            steps.Append(' ').Append(step);
        }
    }

    /// <summary>Does what a step asks for.</summary>
    public async Task<(string Step, string Page)> GoOnAsync(LavaClient client, string step, string page) => step switch
    {
        "phone" => await ActAsync(client, "phone", new { country = "US", number = phone }),
        "code" => await ActAsync(client, "code", new { code = Code = ReadCode?.Invoke() ?? Shown().Match(page).Groups[1].Value }),
        "card" => await ActAsync(client, "card", EnterCard(Client().Match(page).Groups[1].Value) is { } token ? new { token } : new { }),
        "confirm" => await ActAsync(client, "pay", new { quoted = Quoted().Match(page).Groups[1].Value }),
        "authenticate" => await ActAsync(client, "authenticate", new { done = true }),
        "processing" => await ActAsync(client, "state", new { }),
        _ => throw new InvalidOperationException($"Nobody can go on from {step}."),
    };

    /// <summary>Goes on by one step.</summary>
    public async Task StepAsync(LavaClient client)
    {
        var (step, page) = await ActAsync(client, "state", new { });
        await GoOnAsync(client, step, page);
    }

    /// <summary>One act; the step that its answer shows.</summary>
    public async Task<(string Step, string Page)> ActAsync(LavaClient client, string act, object fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{client.Url}/checkout/{secret}/{act}")
        {
            Content = JsonContent.Create(fields),
        };

        // The body's length is known, and no charset is named: as browsers send it.
        await request.Content.LoadIntoBufferAsync();
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("origin", client.Url);
        request.Headers.Add("x-lava-visit", Visit);
        using var response = await client.Http.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();
        return response.Headers.TryGetValues("x-checkout-step", out var step)
            ? (step.Single(), page)
            : throw new HttpRequestException($"{(int)response.StatusCode} {page}", null, response.StatusCode);
    }

    [GeneratedRegex("<output class=\"shown\">([0-9]+)</output>")]
    private static partial Regex Shown();

    [GeneratedRegex("data-client=\"([^\"]+)\"")]
    private static partial Regex Client();

    [GeneratedRegex("name=\"quoted\" value=\"([^\"]+)\"")]
    private static partial Regex Quoted();
}
