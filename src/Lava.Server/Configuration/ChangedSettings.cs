namespace Lava.Server.Configuration;

/// <summary>The settings that are not as they come, for people who look after a server.</summary>
internal static class ChangedSettings
{
    // Beside the secrets proper: a connection string and addresses may hold a password, accounts are nobody's business.
    private static readonly HashSet<string> Hidden =
    [
        ServeSettings.Postgres.Name, ServeSettings.Upstream.Name, ServeSettings.Provider.Name, ServeSettings.TwilioAccount.Name,
        ServeSettings.TwilioService.Name,
    ];

    /// <summary>Names and values; of what must not be shown, that it is set.</summary>
    public static List<(string Name, string Value)> Of(SettingSources sources)
    {
        var changed = new List<(string, string)>();
        foreach (var setting in ServeSettings.All)
        {
            var (values, _) = sources.Get(setting);
            if (values.Length > 0 && !(values.Length == 1 && values[0] == setting.Default))
            {
                changed.Add((setting.Name, setting.Secret || Hidden.Contains(setting.Name) ? "set" : string.Join(", ", values)));
            }
        }

        return changed;
    }
}
