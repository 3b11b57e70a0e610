namespace Lava.Metering.Scanning;

/// <summary>
/// What one API format reads out of its JSON. The format draws the tree of the members it knows as nodes, numbers of its own; node 0
/// is everything else and is skipped unread. Implemented by structs, so that the scanner's loop calls no interface.
/// </summary>
internal interface IResponseReader
{
    /// <summary>The node of the member up to whose value the events of a stream are alike; 0 when the format has none.</summary>
    static abstract byte DeltaNode { get; }

    /// <summary>That member's key with its quotes and colon; empty when the format has none.</summary>
    static virtual ReadOnlySpan<byte> DeltaKey => default;

    /// <summary>
    /// Asked at the value of <see cref="DeltaNode"/>: has the event up to here told nothing but what <see cref="Resume"/> restores, and
    /// what stays as it is when it is told again?
    /// </summary>
    virtual bool CanResume => false;

    /// <summary>The reading of an event begins at the value of <see cref="DeltaNode"/>: all before it is as in the event before.</summary>
    virtual void Resume()
    {
    }

    /// <summary>The node of an object's member.</summary>
    byte Member(byte node, ReadOnlySpan<byte> key);

    /// <summary>The node of an array's elements.</summary>
    byte Element(byte node);

    /// <summary>An object begins.</summary>
    void BeginObject(byte node);

    /// <summary>An object is complete.</summary>
    void EndObject(byte node);

    /// <summary>A string begins.</summary>
    void BeginString(byte node);

    /// <summary>The string's next bytes, unescaped.</summary>
    void AppendString(byte node, ReadOnlySpan<byte> bytes);

    /// <summary>The string is complete.</summary>
    void EndString(byte node);

    /// <summary>A number; it may be malformed.</summary>
    void Number(byte node, in DecimalNumber number);

    /// <summary>The root value (or the root array's element) is complete: what it said counts now.</summary>
    void Commit();

    /// <summary>The root value was cut off or is malformed: what it said is void.</summary>
    void Drop();

    /// <summary>The usage so far, in the normal form.</summary>
    Usage ToUsage();
}
