using System.CommandLine;

namespace Lava.Server.Configuration;

/// <summary>The flags of a command that reads settings: one for each that is no secret, and the configuration file.</summary>
internal sealed class SettingFlags
{
    private readonly Option<string?> _config = new("--config") { Description = "A JSON file with any of the other options. (LAVA_CONFIG)" };
    private readonly Dictionary<string, Option<string[]>> _flags = [];

    public SettingFlags(Command command, IEnumerable<Setting> settings)
    {
        command.Add(_config);
        foreach (var setting in settings.Where(setting => !setting.Secret))
        {
            var origin = setting.Default is null ? $"({setting.Variable})" : $"[{setting.Default}] ({setting.Variable})";
            var option = new Option<string[]>($"--{setting.Name}") { Description = $"{setting.Description} {origin}" };
            option.Arity = setting.IsFlag ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore;
            _flags.Add(setting.Name, option);
            command.Add(option);
        }
    }

    /// <summary>Where the settings come from; a configuration file that can't be read is an error in the list.</summary>
    public SettingSources Sources(ParseResult result, List<string> errors)
    {
        var given = _flags
            .Where(flag => result.GetResult(flag.Value) is { Implicit: false })
            .ToDictionary(flag => flag.Key, flag => result.GetValue(flag.Value) is { Length: > 0 } values ? values : [bool.TrueString]);
        var path = result.GetValue(_config) ?? Environment.GetEnvironmentVariable("LAVA_CONFIG");
        return new SettingSources(given, Environment.GetEnvironmentVariable, path, errors);
    }
}
