namespace Lava.Metering.Scanning;

/// <summary>Nodes that every format has. A format's own nodes begin at <see cref="First"/>, its counts at <see cref="Counts"/>.</summary>
internal static class Node
{
    /// <summary>Not known: skipped.</summary>
    public const byte None = 0;

    /// <summary>The response, or one event of it.</summary>
    public const byte Root = 1;

    /// <summary>The model's name.</summary>
    public const byte Model = 2;

    /// <summary>The response's id.</summary>
    public const byte Id = 3;

    /// <summary>Generated text: its bytes are counted. Where it is an array, so are the elements' texts.</summary>
    public const byte Text = 4;

    /// <summary>An element of text that is an array.</summary>
    public const byte TextPart = 5;

    /// <summary>An error, where it is an object or a text.</summary>
    public const byte Error = 6;

    /// <summary>The usage object.</summary>
    public const byte Usage = 7;

    /// <summary>The provider's own cost in US dollars: a number, or an object with a total.</summary>
    public const byte Cost = 8;

    /// <summary>The provider's own cost in 10⁻¹⁰ US dollars.</summary>
    public const byte CostTicks = 9;

    /// <summary>The tier at which the call was served, as a text.</summary>
    public const byte ServiceTier = 10;

    /// <summary>The region whose price holds, as a text.</summary>
    public const byte Region = 11;

    /// <summary>The first node that belongs to a format.</summary>
    public const byte First = 16;

    /// <summary>The node of the first <see cref="Count"/>; the others follow in order.</summary>
    public const byte Counts = 128;

    /// <summary>The first node of a format's own counts. From <see cref="Counts"/> on, a text is read as a number.</summary>
    public const byte OwnCounts = 160;
}
