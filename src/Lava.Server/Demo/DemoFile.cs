using System.Text.Json;

namespace Lava.Server.Demo;

/// <summary>
/// What a demonstration's data directory knows of itself: the file <c>demo.json</c>, readable for its owner alone. A directory that holds
/// data and not this file is a real server's.
/// </summary>
internal sealed record DemoFile
{
    /// <summary>Its name in the data directory.</summary>
    public const string Name = "demo.json";

    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>What the past was made of.</summary>
    public required long Seed { get; init; }

    /// <summary>The test merchant's key.</summary>
    public required string SecretKey { get; init; }

    /// <summary>Keys of the merchant's own people.</summary>
    public string[] SpendKeys { get; init; } = [];

    /// <summary>Customers who go on calling while it runs; those who call most first.</summary>
    public string[] Callers { get; init; } = [];

    /// <summary>Those of them who have no credit, and get none.</summary>
    public string[] DryCallers { get; init; } = [];

    /// <summary>Customers.</summary>
    public int Customers { get; init; }

    /// <summary>The first day's beginning.</summary>
    public DateTimeOffset Begin { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>Calls of each day.</summary>
    public int[] CallsByDay { get; init; } = [];

    /// <summary>The past is whole; false: whoever made it was interrupted.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Reads it; null where the directory has none.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static DemoFile? Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        return File.Exists(path) ? JsonSerializer.Deserialize<DemoFile>(File.ReadAllBytes(path), Written) : null;
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(string directory)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(Path.Combine(directory, Name), options);
        JsonSerializer.Serialize(file, this, Written);
    }
}
