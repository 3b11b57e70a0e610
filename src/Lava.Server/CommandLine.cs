using System.CommandLine;
using Lava.Metering.Catalog;
using Lava.Server.Configuration;
using Lava.Server.Demo;
using Lava.Server.Simulation;

namespace Lava.Server;

/// <summary>The commands of <c>lava</c>.</summary>
internal static class CommandLine
{
    /// <summary>Wrong settings or arguments: the exit code of every command.</summary>
    public const int BadSettings = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [ServeCommandLine.Name, ..])
        {
            // What takes longest to read, beside everything that is done before it is needed. An error comes up there.
            _ = Task.Run(() => ProviderCatalog.Default);
        }

        var serve = new ServeCommandLine();
        var root = new RootCommand("The AI gateway that meters, charges and records every call.")
        {
            serve.Command, VerifyCommand.Create(), JournalCommand.Create(), PricesCommand.Create(), Simulate(),
            DemoCommand.Create(),
        };
        var result = root.Parse(args);

        // The library would print the first errors with its help and exit with 1; here all of them come at once, with 2.
        if (result.Errors.Count > 0)
        {
            List<string> errors = [.. result.Errors.Select(error => error.Message)];
            if (result.CommandResult.Command == serve.Command)
            {
                ServeOptions.Read(serve.Sources(result, errors), errors);
            }

            return Report(errors);
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

    private static Command Simulate()
    {
        var description = $"Run a simulator of AI providers, for development, demonstrations and load tests.\n\n{SimulatorHelp.Text}";
        var command = new Command("simulate", description);
        var urls = new Option<string[]>("--urls")
        {
            Description = "Addresses to listen on.",
            DefaultValueFactory = _ => [SimulatorOptions.DefaultUrl],
        };
        var http2 = new Option<bool>("--http2") { Description = "Speak cleartext HTTP/2 with prior knowledge, and only that." };
        command.Add(urls);
        command.Add(http2);
        command.SetAction(result =>
        {
            var options = new SimulatorOptions { Urls = result.GetValue(urls)!, Http2 = result.GetValue(http2) };
            return ProviderSimulator.RunAsync(options, Console.Out, Console.Error, CancellationToken.None);
        });
        return command;
    }
}
