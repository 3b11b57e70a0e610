namespace Lava.Postgres;

/// <summary>A field of a partial change: absent keeps the old value, present replaces it, and a present null clears it.</summary>
/// <param name="IsPresent">Was the field given?</param>
/// <param name="Value">The new value.</param>
public readonly record struct Change<T>(bool IsPresent, T Value);
