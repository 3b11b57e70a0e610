namespace Lava.Server.Simulation;

/// <summary>How a provider simulator runs.</summary>
public sealed class SimulatorOptions
{
    /// <summary>Where it listens when nobody says otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:9090";

    /// <summary>Addresses to listen on, http only; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>Speak cleartext HTTP/2 with prior knowledge, and only that: without TLS a server can't offer both on one port.</summary>
    public bool Http2 { get; init; }

    /// <summary>Measures and waits for latency and pace.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Called with each request as it arrived, before it is answered; for tests of what reaches the provider. Called from many
    /// threads; the simulator keeps nothing, so the receiver decides how much to remember.
    /// </summary>
    public Action<SimulatedRequest>? OnRequest { get; init; }
}
