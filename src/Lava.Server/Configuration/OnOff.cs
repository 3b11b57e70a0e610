namespace Lava.Server.Configuration;

/// <summary>The words of a setting that switches something.</summary>
internal enum OnOff
{
    /// <summary>It is there.</summary>
    On,

    /// <summary>Nothing of it is.</summary>
    Off,
}
