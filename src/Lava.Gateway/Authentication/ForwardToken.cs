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

    /// <summary>The first of these fields that the token has.</summary>
    public readonly ForwardTokenField? FirstOf(ReadOnlySpan<ForwardTokenField> fields)
    {
        foreach (var field in fields)
        {
            if (this[field] is not null)
            {
                return field;
            }
        }

        return null;
    }

    [InlineArray((int)ForwardTokenField.Count)]
    private struct Slices
    {
        private Range? _first;
    }
}
