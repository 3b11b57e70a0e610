namespace Lava.Gateway;

/// <summary>Settings of the data plane.</summary>
public sealed record GatewayOptions
{
    /// <summary>Largest request body, bytes. Default 64 MiB: above the 32 MiB that the largest provider limit allows.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>From sending the request to the answer's headers. Default 10 minutes: what the providers' own SDKs wait.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two reads of the answer. Default 5 minutes: reasoning models are silent for long.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The whole call. Default 1 hour.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long upstream is read on after the client has gone, to learn the usage. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a long call says in the journal how far it is.</summary>
    internal TimeSpan ProgressInterval { get; init; } = GatewayLimits.ProgressInterval;

    /// <summary>When the wallet can't pay the most that the call can cost.</summary>
    public ShortfallPolicy OnShortfall { get; init; } = ShortfallPolicy.Refuse;

    /// <summary>
    /// The largest output of any call, tokens: a larger request, or one that names none, is lowered to it. Null: the model's own
    /// maximum.
    /// </summary>
    public long? MaxOutputTokens { get; init; }
}
