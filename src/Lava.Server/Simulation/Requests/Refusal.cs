namespace Lava.Server.Simulation.Requests;

/// <summary>Why a request gets an error instead of an answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">For people.</param>
/// <param name="Parameter">The field at fault, where the provider names one.</param>
/// <param name="Code">OpenAI's machine-readable code.</param>
internal sealed record Refusal(int Status, string Message, string? Parameter = null, string? Code = null);
