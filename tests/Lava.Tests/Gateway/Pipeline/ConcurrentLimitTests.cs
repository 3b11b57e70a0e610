using System.Net;
using Lava.Core.Accounts;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>Fifty callers at once on one limit of 100,000 tokens.</summary>
public sealed class ConcurrentLimitTests
{
    private const int Callers = 50;
    private const long Limit = 100_000;
    private const long Answered = 1_000;

    // Its bytes bound its input, and it states its output: the answer uses all of that.
    private const string Stated = """{"model":"gpt-4o-mini","max_tokens":900,"messages":[{"role":"user","content":"hello"}]}""";
    private const string Unstated = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}""";

    // A hundred tokens in, nine hundred out: what the input is bounded by, less or more.
    private static string Answer(int input) =>
        $$$"""
        {"id":"chatcmpl-1","model":"gpt-4o-mini","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{Answered - 100}}}}}
        """;

    [Fact]
    public async Task Tokens_WithKnownMaximum_AreNeverPassed()
    {
        await using var gateway = await GatewayHarness.StartAsync(LimitTests.Setup(LimitUnit.Tokens, LimitCycle.Daily, Limit));
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Answer(80));

        var refused = await CallAsync(gateway, Stated, 4);

        var used = gateway.Books().Records.Sum(record => record.Usage.InputTokens + record.Usage.OutputTokens);
        Assert.True(refused > 0, "The limit was not reached.");
        Assert.InRange(used, Limit - Most - (Callers * Most), Limit);

        // The last that fits was let in: alone, one more fits as long as its most does.
        while (used + Most <= Limit)
        {
            Assert.Equal(HttpStatusCode.OK, await OneAsync(gateway, Stated));
            used += 80 + 900;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await OneAsync(gateway, Stated));
        Ledger.AssertBalanced(gateway);
    }

    [Fact]
    public async Task Tokens_WithUnknownMaximum_ArePassedByTheAdmittedAlone()
    {
        await using var gateway = await GatewayHarness.StartAsync(LimitTests.Setup(LimitUnit.Tokens, LimitCycle.Daily, Limit));
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Answer(100));

        var refused = await CallAsync(gateway, Unstated, 6);

        var used = gateway.Books().Records.Sum(record => record.Usage.InputTokens + record.Usage.OutputTokens);
        Assert.True(refused > 0, "The limit was not reached.");
        Assert.InRange(used, Limit - Answered, Limit + (Callers * Answered));
        Assert.Equal(HttpStatusCode.TooManyRequests, await OneAsync(gateway, Unstated));
        Ledger.AssertBalanced(gateway);
    }

    [Fact]
    public async Task Requests_AreExactlyAsManyAsTheLimitAllows()
    {
        await using var gateway = await GatewayHarness.StartAsync(LimitTests.Setup(LimitUnit.Requests, LimitCycle.Daily, 77));
        gateway.Upstream.Script = exchange => exchange.SendJsonAsync(Answer(100));

        Assert.Equal((Callers * 3) - 77, await CallAsync(gateway, Stated, 3));
        Assert.Equal(77, Ledger.AssertBalanced(gateway).Count);
    }

    private static long Most => System.Text.Encoding.UTF8.GetByteCount(Stated) + 900;

    /// <summary>So many calls of each caller, one after the other; how many were refused.</summary>
    private static async Task<int> CallAsync(GatewayHarness gateway, string body, int calls)
    {
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var i = 0; i < calls; i++)
            {
                using var response = await gateway.PostAsync(body);
                await response.Content.ReadAsByteArrayAsync();
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    Interlocked.Increment(ref refused);
                }
                else
                {
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                }
            }
        }));
        await gateway.EndedAsync(Callers * calls);
        return refused;
    }

    private static async Task<HttpStatusCode> OneAsync(GatewayHarness gateway, string body)
    {
        using var response = await gateway.PostAsync(body);
        await gateway.EndedAsync();
        return response.StatusCode;
    }
}
