namespace Lava.Server.Configuration;

/// <summary>
/// One setting of <c>lava serve</c>: the flag <c>--name</c>, the environment variable <c>LAVA_NAME</c> and the JSON member "name".
/// </summary>
/// <param name="Name">Kebab case.</param>
/// <param name="Default">The value when no source gives one; null: none.</param>
/// <param name="Description">One line for <c>--help</c>.</param>
internal sealed record Setting(string Name, string? Default, string Description)
{
    /// <summary>May it be given more than once? The environment separates the values by semicolons.</summary>
    public bool Repeats { get; init; }

    /// <summary>True or false: as a flag without a value it is true.</summary>
    public bool IsFlag { get; init; }

    /// <summary>A secret: never shown, and refused as a flag, where every process of the machine could read it.</summary>
    public bool Secret { get; init; }

    /// <summary>The environment variable.</summary>
    public string Variable => "LAVA_" + Name.Replace('-', '_').ToUpperInvariant();
}
