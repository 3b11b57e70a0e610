namespace Lava.Server.Simulation.Sending;

/// <summary>
/// Thrown out of the handler to cut an answer: Kestrel then closes the connection after the bytes written so far, without ending
/// the body. Aborting the connection instead would drop bytes that are still on their way.
/// </summary>
internal sealed class AnswerCutException() : IOException("The answer was cut because the request asked for it.");
