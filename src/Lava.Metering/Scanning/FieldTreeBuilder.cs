using System.Text;

namespace Lava.Metering.Scanning;

/// <summary>
/// Makes the tree of a table's paths: names parted by dots, each perhaps with <c>[]</c> for the elements of an array
/// ("predictions[].embeddings.token_count").
/// </summary>
internal sealed class FieldTreeBuilder
{
    /// <summary>Bytes of a name in an answer, at most: up to here the JSON scanner puts keys together that come in pieces.</summary>
    public const int AnswerNameMax = 32;

    /// <summary>Bytes of a name in a request, at most.</summary>
    public const int RequestNameMax = 64;

    // The JSON scanner knows members to a depth of 16.
    private const int DepthMax = 14;

    // A set of nodes has to fit a word, see FieldsPeek.
    private const int NodesMax = 64;

    private const string Elements = "[]";
    private readonly List<FieldNode> _nodes = [];
    private readonly List<FieldUnit> _places = [];

    private readonly int _nameMax;

    private FieldTreeBuilder(int nameMax)
    {
        _nameMax = nameMax;
        Add(isRepeated: false, isElement: false);
    }

    /// <summary>Makes the tree.</summary>
    /// <param name="table">The table.</param>
    /// <param name="nameMax">Bytes of a name, at most.</param>
    /// <param name="isAllowed">Which roles may stand there.</param>
    /// <param name="errors">Takes what is wrong: the path and the reason.</param>
    public static FieldTree Build(
        IReadOnlyDictionary<string, FieldRole> table, int nameMax, Func<FieldRole, bool> isAllowed, List<string> errors)
    {
        var builder = new FieldTreeBuilder(nameMax);
        foreach (var (path, role) in table)
        {
            if (!isAllowed(role))
            {
                errors.Add($"'{path}': {role} can't stand there");
            }
            else if (builder.TryAdd(path, role) is { } error)
            {
                errors.Add($"'{path}': {error}");
            }
        }

        return new FieldTree([.. builder._nodes], [.. builder._places]);
    }

    private string? TryAdd(string path, FieldRole role)
    {
        var steps = path.Replace(Elements, "." + Elements, StringComparison.Ordinal).Split('.');
        if (steps[0] == Elements || Array.Exists(steps, step => step != Elements && step.IndexOfAny(['[', ']']) >= 0))
        {
            return "[] stands after a name only";
        }

        if (steps.Length > DepthMax)
        {
            return $"it is deeper than {DepthMax}";
        }

        var at = 0;
        foreach (var step in steps)
        {
            if (step.Length == 0 || Encoding.UTF8.GetByteCount(step) > _nameMax)
            {
                return $"a name has 1 to {_nameMax} bytes";
            }

            at = step == Elements ? Element(at) : Member(at, step);
            if (_nodes.Count > NodesMax)
            {
                return $"the table names more than {NodesMax} places";
            }
        }

        return SetRole(at, role, path);
    }

    private string? SetRole(int at, FieldRole role, string path)
    {
        var node = _nodes[at];
        if (node.Role != FieldRole.None)
        {
            return "it stands there twice";
        }

        node.Role = role;
        node.Path = path;
        if (FieldUnit.TryGet(role, out var unit))
        {
            if (_places.Count == FieldTally.PlacesMax)
            {
                return $"the table has more than {FieldTally.PlacesMax} figures";
            }

            node.Place = (byte)_places.Count;
            _places.Add(unit);
        }

        _nodes[at] = node;
        return null;
    }

    private int Element(int at)
    {
        var node = _nodes[at];
        if (node.Element == Node.None)
        {
            node.Element = NodeOf(_nodes.Count);
            _nodes[at] = node;
            Add(isRepeated: true, isElement: true);
        }

        return node.Element - Node.First;
    }

    private int Member(int at, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var node = _nodes[at];
        var known = Array.FindIndex(node.Members, member => member.Name.AsSpan().SequenceEqual(bytes));
        if (known >= 0)
        {
            return node.Members[known].Node - Node.First;
        }

        node.Members = [.. node.Members, new FieldMember(bytes, NodeOf(_nodes.Count))];
        _nodes[at] = node;
        return Add(node.IsRepeated, isElement: false);
    }

    private int Add(bool isRepeated, bool isElement)
    {
        _nodes.Add(new FieldNode { Place = FieldNode.NoPlace, IsRepeated = isRepeated, IsElement = isElement, Members = [] });
        return _nodes.Count - 1;
    }

    private static byte NodeOf(int index) => (byte)(Node.First + index);
}
