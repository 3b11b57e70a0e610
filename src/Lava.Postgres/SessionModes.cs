namespace Lava.Postgres;

/// <summary>Whose data a person who has signed in may see. The numbers are stored.</summary>
[Flags]
public enum SessionModes : short
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Test data.</summary>
    Test = 1,

    /// <summary>Live data.</summary>
    Live = 2,

    /// <summary>Both.</summary>
    Both = Test | Live,
}
