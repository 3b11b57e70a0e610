namespace Lava.Server.Api;

/// <summary>The body of every answer that is no success.</summary>
internal sealed record ErrorEnvelope(ErrorView Error);
