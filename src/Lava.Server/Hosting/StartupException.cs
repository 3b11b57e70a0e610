namespace Lava.Server.Hosting;

/// <summary>The server can't start; the message says why and what to do.</summary>
internal sealed class StartupException(string message) : Exception(message);
