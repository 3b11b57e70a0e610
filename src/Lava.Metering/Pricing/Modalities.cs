namespace Lava.Metering.Pricing;

/// <summary>What a request may carry beside text, as far as it is priced apart.</summary>
[Flags]
public enum Modalities : byte
{
    /// <summary>Text alone.</summary>
    Text = 0,

    /// <summary>Audio.</summary>
    Audio = 1,

    /// <summary>Images.</summary>
    Image = 2,
}
