namespace Lava.Server.Api.Payments;

/// <summary>The body of the answer to somebody whose card was declined.</summary>
internal sealed record DeclineEnvelope(DeclineView Error);
