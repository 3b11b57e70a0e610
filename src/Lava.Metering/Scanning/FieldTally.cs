using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>The figures at the places of a table, each there or not.</summary>
internal struct FieldTally
{
    /// <summary>Places of a table that hold figures, at most.</summary>
    public const int PlacesMax = 32;

    private Values _values;
    private uint _present;

    /// <summary>Did a figure fail its range? Then none of them is to be trusted.</summary>
    public bool IsInsane;

    /// <summary>Is any figure there?</summary>
    public readonly bool HasAny => _present != 0;

    /// <summary>Is the place's figure there?</summary>
    public readonly bool Has(int place) => (_present & (1u << place)) != 0;

    /// <summary>The place's figure; 0 where it is not there.</summary>
    public readonly long this[int place] => Has(place) ? _values[place] : 0;

    /// <summary>Adds to a place: an array has one figure in each element. A sum that is beyond its range is insane.</summary>
    public void Add(int place, long value)
    {
        var sum = this[place] + value;
        IsInsane |= sum is < 0 or > long.MaxValue / 2;
        _values[place] = IsInsane ? 0 : sum;
        _present |= 1u << place;
    }

    /// <summary>Takes over what the other has; the rest stays.</summary>
    public void Merge(in FieldTally other)
    {
        for (var left = other._present; left != 0; left &= left - 1)
        {
            var place = System.Numerics.BitOperations.TrailingZeroCount(left);
            _values[place] = other._values[place];
        }

        _present |= other._present;
        IsInsane |= other.IsInsane;
    }

    [InlineArray(PlacesMax)]
    private struct Values
    {
        private long _first;
    }
}
