namespace Lava.Testing.Stripe;

/// <summary>
/// Which parameters each endpoint takes: parameters.txt, made from the types of Stripe's own package
/// (tests/Lava.FunctionalTests/Stripe/node/parameters.mjs).
/// </summary>
internal static class StandInParameters
{
    // What Stripe.js sends besides: the types are those of servers.
    private static readonly string[] OfPages = ["key", "client_secret", "stub_group", "stub_outcome"];
    private static readonly Dictionary<string, string[]> Names = Read();

    /// <summary>Refuses names that the endpoint does not have, and those that are missing.</summary>
    public static void Check(string pattern, StandInForm form, bool isPage)
    {
        var names = Names.GetValueOrDefault(pattern, []);
        foreach (var name in form.Names)
        {
            if (!names.Contains(name) && !names.Contains(name + "!") && !(isPage && OfPages.Contains(name)))
            {
                throw new StandInException(400, "parameter_unknown", $"Received unknown parameter: {name}", name);
            }
        }

        foreach (var name in names.Where(name => name.EndsWith('!') && !form.Has(name[..^1])))
        {
            throw new StandInException(400, "parameter_missing", $"Missing required param: {name[..^1]}.", name[..^1]);
        }
    }

    private static Dictionary<string, string[]> Read()
    {
        using var stream = typeof(StandInParameters).Assembly.GetManifestResourceStream("stripe/parameters.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => $"{words[0]} {words[1]}", words => words[2..]);
    }
}
