using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Lava.Load.Floor;

/// <summary>
/// The floor: what a proxy of Kestrel and SocketsHttpHandler costs that does nothing but pass on. <c>--inline</c> runs the continuations of
/// sockets on the threads that poll them, on both sides.
/// </summary>
internal static class Program
{
    private const string Usage = "lava-load-floor --url URL --upstream URL [--inline]";
    private const string Inline = "--inline";

    private static async Task<int> Main(string[] args)
    {
        if (args is not ["--url", var url, "--upstream", var upstream, .. [] or [Inline]])
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var inline = args[^1] == Inline;
        if (inline)
        {
            // Read once, before the first socket.
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(url);
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = inline);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        });
        var app = builder.Build();
        app.Run(new PassThrough(client, upstream).InvokeAsync);
        await app.RunAsync();
        return 0;
    }
}
