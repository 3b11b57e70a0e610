namespace Lava.Server.Demo;

/// <summary>A request of a customer who goes on calling.</summary>
/// <param name="Message">What is sent.</param>
/// <param name="Customer">Whose; null: nobody's who could be out of credit.</param>
/// <param name="Leaves">The caller leaves in the middle of the answer.</param>
internal sealed record DemoCall(HttpRequestMessage Message, string? Customer, bool Leaves);
