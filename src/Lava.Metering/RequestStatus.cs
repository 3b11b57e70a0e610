namespace Lava.Metering;

/// <summary>The state of a request that the API shows. The values are stored: never renumber.</summary>
public enum RequestStatus : byte
{
    /// <summary>Running: reserved, not settled.</summary>
    Pending = 0,

    /// <summary>Ended and metered.</summary>
    Completed = 1,

    /// <summary>The provider answered with an error, or nothing could be metered.</summary>
    Error = 2,
}
