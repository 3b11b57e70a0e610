using System.Text;

namespace Lava.Gateway;

/// <summary>
/// Names of models as strings, the same object for the same bytes where it can be: many calls name few models. A fixed number of
/// places, the newest name in each: whatever callers send, it does not grow.
/// </summary>
internal sealed class ModelNames
{
    // Models in use at once are some dozens; a power of two.
    private const int Places = 256;

    // A reference is read and written as one: a race only makes a string twice.
    private readonly string?[] _names = new string?[Places];

    /// <summary>The text; bytes that are not UTF-8 as <see cref="Encoding.UTF8"/> replaces them.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (!Ascii.IsValid(utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var place = ref _names[hash.ToHashCode() & (Places - 1)];
        var name = Volatile.Read(ref place);
        if (name is null || !Ascii.Equals(utf8, name))
        {
            name = Encoding.ASCII.GetString(utf8);
            Volatile.Write(ref place, name);
        }

        return name;
    }
}
