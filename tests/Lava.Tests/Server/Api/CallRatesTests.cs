using System.Globalization;
using Lava.Server.Api;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class CallRatesTests(ApiHost host)
{
    [Fact]
    public void Take_MoreThanTheMinutes_WaitsForItsShareOfTheMinute()
    {
        var time = new ManualTime();
        var rates = new CallRates<string>(60, time);

        var taken = Enumerable.Range(0, 60).Select(_ => rates.Take("a")).ToList();
        var refused = rates.Take("a");

        Assert.All(taken, rate => Assert.True(rate.IsAllowed));
        Assert.Equal(Enumerable.Range(0, 60).Reverse(), taken.Select(rate => rate.Remaining));
        Assert.Equal((false, 0, TimeSpan.TicksPerSecond), (refused.IsAllowed, refused.Remaining, refused.Wait));
        Assert.Equal(time.GetUtcNow().AddMinutes(1).Ticks, refused.FullAt);
        Assert.True(rates.Take("b").IsAllowed, "each has its own");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([true, true, false], new[] { rates.Take("a"), rates.Take("a"), rates.Take("a") }.Select(rate => rate.IsAllowed));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(59, rates.Take("a").Remaining);
    }

    [Fact]
    public async Task Take_ManyAtOnce_NeverAllowsMoreThanThereAre()
    {
        var rates = new CallRates<int>(1_000, new ManualTime());

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 500).Count(_ => rates.Take(1).IsAllowed))));

        Assert.Equal(1_000, taken.Sum());
    }

    [Fact]
    public async Task Handle_OverTheRate_AnswersWhenToTryAgain()
    {
        var time = new ManualTime();
        var dependencies = host.Dependencies with { CallsPerMinute = 2, Time = time };
        var handle = new ApiHandler(dependencies, NullLogger<ApiHandler>.Instance).Handle(call => call.OkAsync(""));
        await CallAsync(handle, host.OtherKey[..^1]);

        var answers = new[] { await CallAsync(handle), await CallAsync(handle), await CallAsync(handle) };

        Assert.Equal([200, 200, 429], answers.Select(answer => answer.StatusCode));
        Assert.Equal(["1", "0", "0"], answers.Select(answer => (string?)answer.Headers["X-RateLimit-Remaining"]));
        Assert.Equal("2", answers[2].Headers["X-RateLimit-Limit"]);
        Assert.Equal("30", answers[2].Headers.RetryAfter);
        var reset = time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(reset, answers[2].Headers["X-RateLimit-Reset"]);
    }

    private async Task<HttpResponse> CallAsync(RequestDelegate handle, string? key = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + (key ?? host.Key);
        await handle(http);
        return http.Response;
    }
}
