namespace Lava.Metering.Scanning;

/// <summary>
/// The places that a table names, as a tree whose nodes are bytes: an object's members by their names, an array's elements. Immutable;
/// <see cref="FieldTreeBuilder"/> makes it.
/// </summary>
internal sealed class FieldTree
{
    private readonly FieldNode[] _nodes;
    private readonly FieldUnit[] _places;

    /// <summary>Takes the builder's work; the first of the nodes is <see cref="Node.First"/>, the root.</summary>
    public FieldTree(FieldNode[] nodes, FieldUnit[] places)
    {
        _nodes = nodes;
        _places = places;
    }

    /// <summary>The node of a body's root.</summary>
    public static byte Root => Node.First;

    /// <summary>The places that hold figures, in the table's order: of two that count the same the first counts.</summary>
    public ReadOnlySpan<FieldUnit> Places => _places;

    /// <summary>Is anything of this role in the table?</summary>
    public bool Has(FieldRole role)
    {
        foreach (ref readonly var node in _nodes.AsSpan())
        {
            if (node.Role == role)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the table says of a node; a node that is not the tree's own has nothing.</summary>
    public ref readonly FieldNode this[byte node] => ref _nodes[node - Node.First];

    /// <summary>Is the node one of the tree?</summary>
    public bool Contains(byte node) => node >= Node.First && node - Node.First < _nodes.Length;

    /// <summary>The node of an object's member; <see cref="Node.None"/> where the table has none.</summary>
    public byte Member(byte node, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var member in this[node].Members.AsSpan())
        {
            if (name.SequenceEqual(member.Name))
            {
                return member.Node;
            }
        }

        return Node.None;
    }

    /// <summary>The counts that figures stand for: of two places that count the same the first that is there.</summary>
    public FieldCounts Sum(in FieldTally tally)
    {
        var counts = default(FieldCounts);
        for (var place = 0; place < _places.Length; place++)
        {
            if (tally.Has(place))
            {
                counts.Offer(_places[place].Role, tally[place]);
            }
        }

        return counts;
    }
}
