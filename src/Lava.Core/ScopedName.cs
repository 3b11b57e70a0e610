using System.Text;

namespace Lava.Core;

/// <summary>A name that is unique within one merchant, in UTF-8: a meter's slug, a customer's reference id.</summary>
/// <param name="Scope">The merchant's id.</param>
/// <param name="Name">UTF-8.</param>
public readonly record struct ScopedName(Guid Scope, ReadOnlyMemory<byte> Name)
{
    /// <summary>From text.</summary>
    public static ScopedName From(Guid scope, string name) => new(scope, Encoding.UTF8.GetBytes(name));
}

/// <summary>The same, as bytes that a request carries: looked up without making an object of it.</summary>
/// <param name="scope">The merchant's id.</param>
/// <param name="name">UTF-8.</param>
public readonly ref struct ScopedBytes(Guid scope, ReadOnlySpan<byte> name)
{
    /// <summary>The merchant's id.</summary>
    public Guid Scope { get; } = scope;

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;
}

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
    public bool Equals(ScopedBytes alternate, ScopedName other) => alternate.Scope == other.Scope && alternate.Name.SequenceEqual(other.Name.Span);

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
