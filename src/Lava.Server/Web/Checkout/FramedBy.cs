namespace Lava.Server.Web.Checkout;

/// <summary>Where a session's page was shown in a frame.</summary>
/// <param name="Origin">Of the page around it.</param>
/// <param name="SessionId">The session's public id.</param>
internal sealed record FramedBy(string Origin, string SessionId);
