namespace Lava.Metering.Catalog;

/// <summary>A word of a price file's line.</summary>
/// <param name="Text">The word.</param>
/// <param name="Column">Where it starts, from 1.</param>
internal readonly record struct PriceFileWord(string Text, int Column);
