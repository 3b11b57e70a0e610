using Lava.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class OverloadTests(ApiHost host)
{
    [Fact]
    public async Task Handle_MoreCallsThanTheLimit_RefusesThemAtOnceAndTakesOthersAfterwards()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handle = new ApiHandler(host.Dependencies, NullLogger<ApiHandler>.Instance).Handle(async call =>
        {
            await release.Task;
            await call.OkAsync("");
        });
        var admitted = Enumerable.Range(0, ApiHandler.ConcurrentCalls).Select(_ => CallAsync(handle)).ToList();

        var refused = await CallAsync(handle);

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.RetryAfter);
        Assert.DoesNotContain(admitted, call => call.IsCompleted);
        release.SetResult();
        Assert.All(await Task.WhenAll(admitted), response => Assert.Equal(StatusCodes.Status200OK, response.StatusCode));
        Assert.Equal(StatusCodes.Status200OK, (await CallAsync(handle)).StatusCode);
    }

    private async Task<HttpResponse> CallAsync(RequestDelegate handle)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + host.Key;
        await handle(http);
        return http.Response;
    }
}
