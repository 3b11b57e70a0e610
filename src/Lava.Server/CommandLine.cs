using System.CommandLine;
using Lava.Server.Configuration;
using Lava.Server.Simulation;

namespace Lava.Server;

/// <summary>The commands of <c>lava</c>.</summary>
internal static class CommandLine
{
    /// <summary>Wrong settings or arguments: the exit code of every command.</summary>
    public const int BadSettings = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("The AI gateway that meters, charges and records every call.") { Serve(), Simulate() };
        var result = root.Parse(args);

        // The library would print the first errors with its help and exit with 1; here all of them come at once, with 2.
        if (result.Errors.Count > 0)
        {
            return Report([.. result.Errors.Select(error => error.Message)]);
        }

        // Signals are the host's to handle: it lets running calls finish.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Prints every error, one a line, and gives the exit code.</summary>
    public static int Report(IReadOnlyCollection<string> errors)
    {
        foreach (var error in errors)
        {
            Console.Error.WriteLine($"lava: {error}");
        }

        return BadSettings;
    }

    private static Command Serve()
    {
        var command = new Command("serve", "Run the gateway, its API and its pages.");
        var config = new Option<string?>("--config") { Description = "A JSON file with any of the other options. (LAVA_CONFIG)" };
        command.Add(config);
        var flags = new Dictionary<string, Option<string[]>>();
        foreach (var setting in ServeSettings.All.Where(setting => !setting.Secret))
        {
            var suffix = setting.Default is null ? $"({setting.Variable})" : $"[{setting.Default}] ({setting.Variable})";
            var option = new Option<string[]>($"--{setting.Name}") { Description = $"{setting.Description} {suffix}" };
            flags.Add(setting.Name, option);
            command.Add(option);
        }

        command.SetAction(result =>
        {
            var given = flags
                .Where(flag => result.GetResult(flag.Value) is { Implicit: false })
                .ToDictionary(flag => flag.Key, flag => result.GetValue(flag.Value) ?? []);
            var errors = new List<string>();
            var path = result.GetValue(config) ?? Environment.GetEnvironmentVariable("LAVA_CONFIG");
            var sources = new SettingSources(given, Environment.GetEnvironmentVariable, path, errors);
            return ServeCommand.RunAsync(sources, errors);
        });
        return command;
    }

    private static Command Simulate()
    {
        var command = new Command("simulate", $"Run a simulator of AI providers, for development, demonstrations and load tests.\n\n{SimulatorHelp.Text}");
        var urls = new Option<string[]>("--urls") { Description = "Addresses to listen on.", DefaultValueFactory = _ => [SimulatorOptions.DefaultUrl] };
        var http2 = new Option<bool>("--http2") { Description = "Speak cleartext HTTP/2 with prior knowledge, and only that." };
        command.Add(urls);
        command.Add(http2);
        command.SetAction(result => ProviderSimulator.RunAsync(
            new SimulatorOptions { Urls = result.GetValue(urls)!, Http2 = result.GetValue(http2) }, Console.Out, Console.Error, CancellationToken.None));
        return command;
    }
}
