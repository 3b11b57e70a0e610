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
