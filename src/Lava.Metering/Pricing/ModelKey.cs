namespace Lava.Metering.Pricing;

/// <summary>A model of a provider, in ASCII lower case.</summary>
/// <param name="Provider">Provider's name in the provider table.</param>
/// <param name="Model">UTF-8.</param>
internal readonly record struct ModelKey(string Provider, ReadOnlyMemory<byte> Model);

/// <summary>The same, as bytes that a request carries: looked up without making an object of it.</summary>
internal readonly ref struct ModelBytes(string provider, ReadOnlySpan<byte> model)
{
    public string Provider { get; } = provider;

    public ReadOnlySpan<byte> Model { get; } = model;
}

/// <summary>Compares by bytes.</summary>
internal sealed class ModelKeyComparer : IEqualityComparer<ModelKey>, IAlternateEqualityComparer<ModelBytes, ModelKey>
{
    public static readonly ModelKeyComparer Instance = new();

    private ModelKeyComparer()
    {
    }

    public bool Equals(ModelKey x, ModelKey y) => x.Provider == y.Provider && x.Model.Span.SequenceEqual(y.Model.Span);

    public bool Equals(ModelBytes alternate, ModelKey other) =>
        alternate.Provider == other.Provider && alternate.Model.SequenceEqual(other.Model.Span);

    public int GetHashCode(ModelKey obj) => Hash(obj.Provider, obj.Model.Span);

    public int GetHashCode(ModelBytes alternate) => Hash(alternate.Provider, alternate.Model);

    public ModelKey Create(ModelBytes alternate) => new(alternate.Provider, alternate.Model.ToArray());

    private static int Hash(string provider, ReadOnlySpan<byte> model)
    {
        var hash = new HashCode();
        hash.Add(provider);
        hash.AddBytes(model);
        return hash.ToHashCode();
    }
}
