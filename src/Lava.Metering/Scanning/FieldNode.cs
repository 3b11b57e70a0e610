namespace Lava.Metering.Scanning;

/// <summary>A node of a <see cref="FieldTree"/>.</summary>
internal struct FieldNode
{
    /// <summary>No figure stands here.</summary>
    public const byte NoPlace = byte.MaxValue;

    /// <summary>What stands here.</summary>
    public FieldRole Role;

    /// <summary>Where its figure is kept; <see cref="NoPlace"/> where it is none.</summary>
    public byte Place;

    /// <summary>The node of its elements, where it is an array; else <see cref="Node.None"/>.</summary>
    public byte Element;

    /// <summary>Where it stands, as the table names it; null where the table says nothing of it.</summary>
    public string? Path;

    /// <summary>Is it an array's element? Then it counts as one, whatever it is.</summary>
    public bool IsElement;

    /// <summary>Is it an array's element, or within one? Then it may stand there more than once.</summary>
    public bool IsRepeated;

    /// <summary>Its members that count.</summary>
    public FieldMember[] Members;
}
