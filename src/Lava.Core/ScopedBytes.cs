namespace Lava.Core;

/// <summary>A <see cref="ScopedName"/> as bytes that a request carries: looked up without making an object of it.</summary>
/// <param name="scope">The merchant's id.</param>
/// <param name="name">UTF-8.</param>
public readonly ref struct ScopedBytes(Guid scope, ReadOnlySpan<byte> name)
{
    /// <summary>The merchant's id.</summary>
    public Guid Scope { get; } = scope;

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;
}
