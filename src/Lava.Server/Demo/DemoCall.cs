namespace Lava.Server.Demo;

/// <summary>A request of a customer who goes on calling.</summary>
/// <param name="Message">What is sent.</param>
/// <param name="Customer">Whose; null: nobody's who could be out of credit.</param>
/// <param name="Leaves">The caller leaves in the middle of the answer.</param>
internal sealed record DemoCall(HttpRequestMessage Message, string? Customer, bool Leaves)
{
    /// <summary>What the caller sends where the provider fails: the same to another model; null: nothing.</summary>
    public HttpRequestMessage? Retry { get; init; }
}
