namespace Lava.Core;

/// <summary>Compares scoped names by their bytes; seeded per process, so that a caller can't choose names that collide.</summary>
public sealed class ScopedNameComparer : IEqualityComparer<ScopedName>, IAlternateEqualityComparer<ScopedBytes, ScopedName>
{
    /// <summary>The only instance.</summary>
    public static readonly ScopedNameComparer Instance = new();

    private ScopedNameComparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(ScopedName x, ScopedName y) => x.Scope == y.Scope && x.Name.Span.SequenceEqual(y.Name.Span);

    /// <inheritdoc/>
    public bool Equals(ScopedBytes alternate, ScopedName other) =>
        alternate.Scope == other.Scope && alternate.Name.SequenceEqual(other.Name.Span);

    /// <inheritdoc/>
    public int GetHashCode(ScopedName obj) => Hash(obj.Scope, obj.Name.Span);

    /// <inheritdoc/>
    public int GetHashCode(ScopedBytes alternate) => Hash(alternate.Scope, alternate.Name);

    /// <inheritdoc/>
    public ScopedName Create(ScopedBytes alternate) => new(alternate.Scope, alternate.Name.ToArray());

    private static int Hash(Guid scope, ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();
        hash.Add(scope);
        hash.AddBytes(name);
        return hash.ToHashCode();
    }
}
