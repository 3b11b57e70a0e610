using System.Text.Json;

namespace Lava.Server.Configuration;

/// <summary>
/// Gathers a setting's text from the flags, the environment and the JSON file, in that order, with every error in one list.
/// </summary>
internal sealed class SettingSources
{
    private readonly Dictionary<string, string[]> _flags;
    private readonly Func<string, string?> _environment;
    private readonly Dictionary<string, string[]> _file = [];

    public SettingSources(Dictionary<string, string[]> flags, Func<string, string?> environment, string? path, List<string> errors)
    {
        _flags = flags;
        _environment = environment;
        if (path is not null)
        {
            ReadFile(path, errors);
        }
    }

    /// <summary>The setting's texts and where they came from; empty when no source and no default gives one.</summary>
    public (string[] Values, string Origin) Get(Setting setting)
    {
        if (_flags.TryGetValue(setting.Name, out var values))
        {
            return (values, $"--{setting.Name}");
        }

        if (_environment(setting.Variable) is { Length: > 0 } text)
        {
            var split = setting.Repeats ? text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [text];
            return (split, setting.Variable);
        }

        if (_file.TryGetValue(setting.Name, out values))
        {
            return (values, $"\"{setting.Name}\" in the configuration file");
        }

        return (setting.Default is null ? [] : [setting.Default], $"the default of --{setting.Name}");
    }

    private void ReadFile(string path, List<string> errors)
    {
        try
        {
            var lenient = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"--config: {path} must hold a JSON object.");
                return;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                ReadMember(path, member, errors);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            errors.Add($"--config: {path} can't be read: {e.Message}");
        }
    }

    private void ReadMember(string path, JsonProperty member, List<string> errors)
    {
        var setting = ServeSettings.All.FirstOrDefault(setting => setting.Name == member.Name);
        if (setting is null)
        {
            errors.Add($"--config: {path} has the unknown member \"{member.Name}\".");
        }
        else if (member.Value.ValueKind == JsonValueKind.Array && setting.Repeats)
        {
            _file[setting.Name] = [.. member.Value.EnumerateArray().Select(item => item.ToString())];
        }
        else if (member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
        {
            _file[setting.Name] = [member.Value.ToString()];
        }
        else
        {
            var kinds = setting.Repeats ? "a string or an array" : "a string or a number";
            errors.Add($"--config: \"{member.Name}\" in {path} must be {kinds}.");
        }
    }
}
