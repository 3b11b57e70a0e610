namespace Lava.Metering;

/// <summary>How far an asynchronous job of a provider is. The values are stored: never renumber.</summary>
public enum JobState : byte
{
    /// <summary>The answer is none of a job.</summary>
    None = 0,

    /// <summary>Queued or running: nothing is billed yet.</summary>
    Running = 1,

    /// <summary>Done: what it used is final.</summary>
    Succeeded = 2,

    /// <summary>Failed or cancelled: nothing is billed.</summary>
    Failed = 3,

    /// <summary>Asked for and not seen to end by this call: nothing is billed for it.</summary>
    Asked = 4,
}
