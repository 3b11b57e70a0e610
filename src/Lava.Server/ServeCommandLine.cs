using System.CommandLine;
using Lava.Server.Configuration;

namespace Lava.Server;

/// <summary>The command <c>serve</c>: a flag for each setting that is no secret.</summary>
internal sealed class ServeCommandLine
{
    public const string Name = "serve";

    private readonly SettingFlags _flags;

    public ServeCommandLine()
    {
        _flags = new SettingFlags(Command, ServeSettings.All);
        Command.SetAction(result =>
        {
            var errors = new List<string>();
            return ServeCommand.RunAsync(Sources(result, errors), errors);
        });
    }

    public Command Command { get; } = new(Name, "Run the gateway, its API and its pages.");

    /// <summary>Where the settings come from; a configuration file that can't be read is an error in the list.</summary>
    public SettingSources Sources(ParseResult result, List<string> errors) => _flags.Sources(result, errors);
}
