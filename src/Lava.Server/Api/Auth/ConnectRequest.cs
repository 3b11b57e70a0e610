using System.Globalization;
using System.Text.RegularExpressions;

namespace Lava.Server.Api.Auth;

/// <summary>Which command line asks: what it must hear again, and the port of this machine on which it waits.</summary>
internal sealed partial record ConnectRequest(string State, int Port)
{
    /// <summary>Where people are sent.</summary>
    public const string Path = "/auth/connect";

    /// <summary>Where SDKs before 11.2 send them.</summary>
    public const string OlderPath = "/auth/cli";

    /// <summary>Reads both; null where one is missing or could be something else.</summary>
    public static ConnectRequest? Read(string? state, string? port) =>
        state is not null && StateForm().IsMatch(state)
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= ushort.MaxValue
            ? new ConnectRequest(state, number)
            : null;

    /// <summary>Where the browser takes the code: to the machine it runs on, and nowhere else.</summary>
    public string Callback(string code) =>
        $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/callback?code={code}&state={State}";

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex StateForm();
}
