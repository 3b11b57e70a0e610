namespace Lava.Metering;

/// <summary>The tier at which a provider served a call, which picks its price. The values are stored: never renumber.</summary>
public enum ServiceTier : byte
{
    /// <summary>The usual one ("default", "standard", "on_demand", and capacity that is paid by the hour).</summary>
    Standard = 0,

    /// <summary>Served first, dearer ("priority").</summary>
    Priority = 1,

    /// <summary>Served when there is room, cheaper ("flex").</summary>
    Flex = 2,

    /// <summary>Served within hours, cheaper ("batch").</summary>
    Batch = 3,

    /// <summary>Generated faster, dearer (Anthropic's "speed": "fast").</summary>
    Fast = 4,
}
