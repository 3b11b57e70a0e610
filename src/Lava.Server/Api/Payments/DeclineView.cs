namespace Lava.Server.Api.Payments;

/// <summary>A declined card, as an error.</summary>
internal sealed record DeclineView(string Code, string Message, int Status, DeclineDetails Details);
