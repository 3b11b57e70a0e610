namespace Lava.Metering.Scanning;

/// <summary>What an endpoint's answers count, by the places where the figures stand. Immutable.</summary>
public sealed class FieldTable
{
}
