using System.CommandLine;
using Lava.Server.Configuration;

namespace Lava.Server;

/// <summary>The command <c>serve</c>: a flag for each setting that is no secret.</summary>
internal sealed class ServeCommandLine
{
    private readonly Option<string?> _config = new("--config") { Description = "A JSON file with any of the other options. (LAVA_CONFIG)" };
    private readonly Dictionary<string, Option<string[]>> _flags = [];

    public ServeCommandLine()
    {
        Command.Add(_config);
        foreach (var setting in ServeSettings.All.Where(setting => !setting.Secret))
        {
            var origin = setting.Default is null ? $"({setting.Variable})" : $"[{setting.Default}] ({setting.Variable})";
            var option = new Option<string[]>($"--{setting.Name}") { Description = $"{setting.Description} {origin}" };
            _flags.Add(setting.Name, option);
            Command.Add(option);
        }

        Command.SetAction(result =>
        {
            var errors = new List<string>();
            return ServeCommand.RunAsync(Sources(result, errors), errors);
        });
    }

    public Command Command { get; } = new("serve", "Run the gateway, its API and its pages.");

    /// <summary>Where the settings come from; a configuration file that can't be read is an error in the list.</summary>
    public SettingSources Sources(ParseResult result, List<string> errors)
    {
        var given = _flags
            .Where(flag => result.GetResult(flag.Value) is { Implicit: false })
            .ToDictionary(flag => flag.Key, flag => result.GetValue(flag.Value) ?? []);
        var path = result.GetValue(_config) ?? Environment.GetEnvironmentVariable("LAVA_CONFIG");
        return new SettingSources(given, Environment.GetEnvironmentVariable, path, errors);
    }
}
