using Lava.Metering.Catalog;

namespace Lava.Server.Configuration;

/// <summary>The setting <c>provider</c>: each value is NAME=HOST, or a JSON object with the members of <see cref="ProviderOptions"/>.</summary>
internal static class ProviderSettings
{
    /// <summary>Reads all values; every error goes into the parser's list, with the place in the value and the cure.</summary>
    public static IReadOnlyList<ProviderOptions> Read(SettingParser parser)
    {
        var providers = new List<ProviderOptions>();
        var texts = parser.Texts(ServeSettings.Provider);
        for (var i = 0; i < texts.Length; i++)
        {
            var text = texts[i];
            var at = text.IndexOf('=');
            if (text.StartsWith('{'))
            {
                var errors = new List<string>();
                providers.Add(ProviderOptionsJson.Parse(text, errors));
                errors.ForEach(error => parser.Add(ServeSettings.Provider, $"[{i}].{error}"));
            }
            else if (at > 0 && at < text.Length - 1)
            {
                providers.Add(new ProviderOptions { Name = text[..at], Hosts = [text[(at + 1)..]] });
            }
            else
            {
                parser.Fail(ServeSettings.Provider, text, "NAME=HOST, such as acme=llm.acme.example, or an object");
            }
        }

        return providers;
    }
}
