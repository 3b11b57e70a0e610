using Lava.Load.Running;
using Lava.Load.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Load;

public sealed class ForwardClientTests : IAsyncLifetime
{
    private const string Opening = """data: {"choices":[{"delta":{"role":"assistant","content":""}}]}""";
    private const string Word = """data: {"choices":[{"delta":{"content":"one"}}]}""";
    private const string Done = "data: [DONE]";

    private WebApplication _server = null!;
    private ForwardClient _client = null!;
    private RequestDelegate _answer = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(context => _answer(context));
        await _server.StartAsync();
        _client = new ForwardClient(_server.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Stream_WholeAnswer_HasEachEventWithItsStampAndChunk()
    {
        _answer = async context =>
        {
            await context.Response.WriteAsync($"id: 5\n{Opening}\n\n");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync($"id: 7\n{Word}\n\n{Word}\n\n{Done}\n\n");
        };
        var result = await StreamAsync();

        Assert.Equal((true, "200"), (result.IsOk, result.Status));
        Assert.Equal([false, true, true, false], result.Events!.Select(item => item.IsContent));
        Assert.Equal([5L, 7L], result.Events!.Take(2).Select(item => item.WrittenAt));
        Assert.Equal(result.Events!.Select(item => item.ArrivedAt).Order(), result.Events!.Select(item => item.ArrivedAt));
    }

    [Fact]
    public async Task Stream_WithoutItsLastEvent_IsAFailure()
    {
        _answer = context => context.Response.WriteAsync($"{Opening}\n\n{Word}\n\n");
        var result = await StreamAsync();
        Assert.Equal((false, "cut off"), (result.IsOk, result.Status));
    }

    [Fact]
    public async Task Stream_Refused_IsAFailureOfItsStatus()
    {
        _answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status402PaymentRequired;
            return context.Response.WriteAsync($"{Word}\n\n{Done}\n\n");
        };
        var result = await StreamAsync();
        Assert.Equal((false, "402"), (result.IsOk, result.Status));
    }

    [Fact]
    public async Task Leave_AnswerThatNeverEnds_ServerSeesTheClientGo()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await context.Response.WriteAsync($"{Opening}\n\n");
            await context.Response.Body.FlushAsync();
            await left.Task;
        };
        var result = await _client.LeaveAsync("token", CallBody.Stream(5, perSecond: 0));

        Assert.Equal((true, "left"), (result.IsOk, result.Status));
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task CallSlowly_LongAnswer_IsReadToItsEnd()
    {
        _answer = context => context.Response.WriteAsync(new string('x', 200_000));
        var result = await _client.CallSlowlyAsync("token", CallBody.Json(5));
        Assert.Equal((true, "200"), (result.IsOk, result.Status));
    }

    private Task<StepResult> StreamAsync() => _client.StreamAsync("token", CallBody.Stream(5, perSecond: 0));
}
