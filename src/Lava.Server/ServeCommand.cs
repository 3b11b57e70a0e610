using Lava.Server.Configuration;
using Lava.Server.Hosting;

namespace Lava.Server;

/// <summary><c>lava serve</c>.</summary>
internal static class ServeCommand
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(SettingSources sources, List<string> errors)
    {
        var options = ServeOptions.Read(sources, errors);
        var parts = ServeParts.Read(options, Environment.GetEnvironmentVariable, errors);
        if (errors.Count > 0 || parts is null)
        {
            return CommandLine.Report(errors);
        }

        try
        {
            await using var host = WebHost.Create(options);
            await using var node = await ServerNode.StartAsync(options, parts, host.Logging, CancellationToken.None);
            await host.RunAsync(node, urls => Console.Out.Write(Banner.Text(urls, options, parts, node)));
            return 0;
        }
        catch (Exception e) when (StoreFailure.IsExpected(e))
        {
            Console.Error.WriteLine($"lava: {StoreFailure.Text(e, options.DataDirectory)}");
            return Failed;
        }
    }
}
