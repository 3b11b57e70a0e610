using Lava.Load.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Load;

/// <summary>A server whose n-th request begins a stall: it and all that come in the meantime are answered when that is over.</summary>
internal sealed class StallingServer : IAsyncDisposable
{
    /// <summary>By so much a timer may come early: it counts whole milliseconds.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(2);

    private readonly WebApplication _server;
    private Task _stall = Task.CompletedTask;
    private int _requests;

    private StallingServer(int stallAt, TimeSpan stall)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async context =>
        {
            if (Interlocked.Increment(ref _requests) == stallAt)
            {
                Volatile.Write(ref _stall, Task.Delay(stall + Early));
            }

            await Volatile.Read(ref _stall);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
    }

    public static async Task<StallingServer> StartAsync(int stallAt, TimeSpan stall)
    {
        var server = new StallingServer(stallAt, stall);
        await server._server.StartAsync();
        return server;
    }

    public async Task<StepResult> CallAsync(HttpClient http)
    {
        using var response = await http.GetAsync(_server.Urls.Single());
        return new StepResult(response.IsSuccessStatusCode, "answered");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
