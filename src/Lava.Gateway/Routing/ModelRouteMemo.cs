using Lava.Metering.Pricing;

namespace Lava.Gateway.Routing;

/// <summary>
/// Routes by route and model, as callers spelled it: most calls of an app are of a few models. One place for each hash; a new entry takes
/// the place of the old one. Thrown away with its price book.
/// </summary>
/// <param name="book">The prices that the routes were found by.</param>
internal sealed class ModelRouteMemo(PriceBook book)
{
    /// <summary>Places: with the longest names the memo has about half a megabyte.</summary>
    public const int Places = 1024;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The prices that the routes were found by.</summary>
    public PriceBook Book { get; } = book;

    /// <summary>The routes that were kept; null where there are none.</summary>
    public ModelRoute[]? Find(DirectRoute route, ReadOnlySpan<byte> model)
    {
        var entry = Volatile.Read(ref _entries[Place(route, model)]);
        return entry is not null && entry.Route == route && model.SequenceEqual(entry.Model) ? entry.Routes : null;
    }

    /// <summary>Keeps routes.</summary>
    public void Keep(DirectRoute route, ReadOnlySpan<byte> model, ModelRoute[] routes) =>
        Volatile.Write(ref _entries[Place(route, model)], new Entry(route, model.ToArray(), routes));

    // Seeded per process: nobody can aim at a place.
    private static int Place(DirectRoute route, ReadOnlySpan<byte> model)
    {
        var hash = new HashCode();
        hash.Add(route.Path.Length);
        hash.AddBytes(model);
        return hash.ToHashCode() & (Places - 1);
    }

    private sealed record Entry(DirectRoute Route, byte[] Model, ModelRoute[] Routes);
}
