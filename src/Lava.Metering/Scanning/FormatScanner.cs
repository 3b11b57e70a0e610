namespace Lava.Metering.Scanning;

/// <summary>Reads a response of one format in one framing. One of each format that a call object has met is kept with it.</summary>
internal abstract class FormatScanner
{
    /// <summary>Forgets everything.</summary>
    public abstract void Reset();

    /// <summary>Reads the body's next bytes.</summary>
    public abstract void Scan(ReadOnlySpan<byte> bytes);

    /// <summary>The body has ended.</summary>
    public abstract void End();

    /// <summary>The usage so far, in the normal form.</summary>
    public abstract Usage ToUsage();
}
