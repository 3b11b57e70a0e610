namespace Lava.Server.Api.CheckoutSessions;

/// <summary>What the checkout package finds in a token: the secret that opens the session, and the server that has it.</summary>
internal sealed record CheckoutTokenView(string Secret, string Base);
