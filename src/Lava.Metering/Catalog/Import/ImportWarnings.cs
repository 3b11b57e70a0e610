namespace Lava.Metering.Catalog.Import;

/// <summary>What could not be carried over, by kind, each with its number and its first model.</summary>
/// <param name="provider">Only this provider's; null: all.</param>
internal sealed class ImportWarnings(string? provider)
{
    private readonly Dictionary<string, (int Count, string First)> _all = [];

    /// <summary>One line a kind, in the order of their first.</summary>
    public IReadOnlyList<string> Lines =>
        [.. _all.Select(warning => $"{warning.Key}: {warning.Value.Count} (first: {warning.Value.First})")];

    /// <summary>Counts one.</summary>
    /// <param name="what">The kind.</param>
    /// <param name="of">The model's provider; "" where none is known.</param>
    /// <param name="model">The model.</param>
    public void Add(string what, string of, string model)
    {
        if (provider is not null && provider != of)
        {
            return;
        }

        var (count, first) = _all.GetValueOrDefault(what, (0, model));
        _all[what] = (count + 1, first);
    }
}
