namespace Lava.Server.Simulation;

/// <summary>A request as it reached the simulator.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="PathAndQuery">The request target, undecoded.</param>
/// <param name="Protocol">"HTTP/1.1" or "HTTP/2".</param>
/// <param name="Headers">All headers; several values of one name are joined by ", ". Names compare without case.</param>
/// <param name="Body">The body's bytes; empty without one.</param>
public sealed record SimulatedRequest(
    string Method,
    string PathAndQuery,
    string Protocol,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body);
