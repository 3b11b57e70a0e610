using System.Runtime.CompilerServices;

namespace Lava.Gateway.Authentication;

/// <summary>The fields of a forward token, as places in the buffer that it was decoded into.</summary>
internal struct ForwardToken
{
    private Slices _slices;

    /// <summary>The token asks not to charge the customer.</summary>
    public bool DisableBilling { get; set; }

    /// <summary>Where a field stands; null where the token has it not, or as null.</summary>
    public Range? this[ForwardTokenField field]
    {
        readonly get => _slices[(int)field];
        set => _slices[(int)field] = value;
    }

    /// <summary>The first field from one to another that the token has, and its place.</summary>
    public readonly bool TryFind(ForwardTokenField from, ForwardTokenField to, out ForwardTokenField field, out Range place)
    {
        for (field = from; field <= to; field++)
        {
            if (this[field] is { } found)
            {
                place = found;
                return true;
            }
        }

        place = default;
        return false;
    }

    [InlineArray((int)ForwardTokenField.Count)]
    private struct Slices
    {
        private Range? _first;
    }
}
