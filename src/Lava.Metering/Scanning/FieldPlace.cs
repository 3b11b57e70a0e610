namespace Lava.Metering.Scanning;

/// <summary>A place of a table that holds a figure.</summary>
/// <param name="Unit">How it is read.</param>
/// <param name="Path">Where it stands, as the table names it.</param>
internal readonly record struct FieldPlace(FieldUnit Unit, string Path);
