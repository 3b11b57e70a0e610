namespace Lava.Metering.Scanning;

/// <summary>In what a figure stands where it is read.</summary>
internal enum FieldScale : byte
{
    /// <summary>Whole ones.</summary>
    Whole = 0,

    /// <summary>A decimal, kept in millionths.</summary>
    Micros,

    /// <summary>Thousandths of a second, kept in microseconds.</summary>
    Thousandths,

    /// <summary>US dollars.</summary>
    Dollars,

    /// <summary>US cents.</summary>
    Cents,

    /// <summary>10⁻¹⁰ US dollars.</summary>
    Ticks,
}
